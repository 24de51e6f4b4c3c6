"""What a run's discriminator says of pictures, as probabilities: calibrated on pictures that it was not trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gan.calibration import fit_calibration, right_verdicts
from gan.checkpoint import read_dated_discriminator
from gan.errors import UserError
from gan.networks import Discriminator, GeneratorShape, to_unit_range
from gan.play_pictures import PlayPictures, Source, reals_of, size_in_words, source_of, state_of
from gan.run_log import discriminator_path, held_out_path, ladder, rung_path
from gan.sampler import CHUNK_SIZE, classes_of, draw

# Rounds are dealt seeds below it.
FIRST_CALIBRATION_SEED = 2**31
# Of each kind. With fewest the accuracy is known to ±0.15, with most to ±0.02.
FEWEST, MOST = 20, 1000
# Drawing them takes half a second to one, by what a DCGAN costs: pictures times the cube of their size times the square
# of its width. But so many at least, even where the widest takes seconds.
DRAWING_WORK = 10**11
FEWEST_DRAWN = 100
KEPT_ANSWERS = 32


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How likely pictures are fake, as a discriminator sees them, float64 (N,); from ½ on it calls a picture fake.

    Of `trial_count` others that it was not trained on, half of them fakes of this rung, it gets `right_count` right.
    `discriminator_kimg` tells it from the same run's earlier and later ones.
    """

    fake_probabilities: NDArray[np.float64]
    right_count: int
    trial_count: int
    discriminator_kimg: int


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """Logits of pictures whose truth is known, float64; `real_numbers` are the real ones' places among their likes."""

    real_numbers: NDArray[np.int64]
    real_logits: NDArray[np.float64]
    fake_logits: NDArray[np.float64]


class CalibratedDiscriminators:
    """Asks the discriminators of runs; keeps what it takes to calibrate them."""

    def __init__(self, pictures: PlayPictures) -> None:
        self._pictures = pictures
        self._known: dict[tuple[object, ...], KnownAnswers] = {}

    def verdicts(self, pictures: Sequence[dict[str, Any]], run: Path, kimg: int) -> Verdicts:
        """Returns what a run's discriminator says of pictures, if their fakes are of the rung at `kimg`.

        None of these pictures is among those by which it is calibrated. Raises UserError where the run has no
        discriminator, where it judges other pictures, and where there are too few real ones to calibrate it by.
        """
        reals = reals_of(run)
        # Before anything is read: what is replaced meanwhile is then asked anew the next time.
        key = (run, kimg, reals, *map(_state, _files(run, kimg, reals)))
        discriminator, discriminator_kimg = read_dated_discriminator(discriminator_path(run))
        if discriminator_kimg is None:
            # The first version did not write it down. It was saved with each rung.
            discriminator_kimg = ladder(run)[-1]
        known = self._known.pop(key, None) or self._ask(discriminator, run, kimg, reals)
        # Kept in the order of use, so that the first one is the one to drop.
        self._known[key] = known
        if len(self._known) > KEPT_ANSWERS:
            del self._known[next(iter(self._known))]
        asked = [picture["number"] for picture in pictures if source_of(picture) == reals]
        real_logits = known.real_logits[~np.isin(known.real_numbers, asked)]
        fake_logits = known.fake_logits[: len(real_logits)]
        if len(real_logits) < FEWEST:
            raise UserError(
                f"{run} has {len(real_logits)} real pictures beside those to be judged, and the answers of its "
                f"discriminator can't be understood with fewer than {FEWEST}; train it on a folder with more pictures."
            )
        images = self._pictures.images(pictures)
        logits = logits_of(discriminator, images, self._classes(pictures, discriminator.shape.class_count))
        return Verdicts(
            fit_calibration(real_logits, fake_logits).fake_probabilities(logits),
            right_verdicts(real_logits, fake_logits),
            2 * len(real_logits),
            discriminator_kimg,
        )

    def _ask(self, discriminator: Discriminator, run: Path, kimg: int, source: Source) -> KnownAnswers:
        generator, reals = self._pictures.generator(run, kimg), self._pictures.reals(source)
        class_count = discriminator.shape.class_count
        count = min(len(reals.images), _drawn_count(generator.shape))
        # Evenly over the split, whose parts differ: the second half of MNIST's is by neater hands.
        numbers = np.linspace(0, len(reals.images) - 1, count).astype(np.int64)
        seeds = range(FIRST_CALIBRATION_SEED, FIRST_CALIBRATION_SEED + count)
        return KnownAnswers(
            numbers,
            logits_of(discriminator, reals.images[numbers], _checked(reals.labels[numbers], class_count)),
            logits_of(discriminator, draw(generator, seeds), classes_of(seeds, class_count)),
        )

    def _classes(self, pictures: Sequence[dict[str, Any]], class_count: int) -> torch.Tensor | None:
        """Returns the class of each picture, int64 (N,), or None where the discriminator knows none."""
        if not class_count:
            return None
        sources = [source_of(picture) for picture in pictures]
        labels = {each: self._pictures.reals(each).labels for each in set(sources) if each.kind != "run"}
        numbers = [picture["number"] for picture in pictures]
        classes = [
            number % class_count if source.kind == "run" else int(labels[source][number])
            for source, number in zip(sources, numbers, strict=True)
        ]
        return _checked(np.array(classes, np.int64), class_count)


def _files(run: Path, kimg: int, reals: Source) -> list[Path]:
    """Returns what the answers to pictures whose truth is known depend on; a test split never changes."""
    own = [held_out_path(run)] if reals.kind == "held_out_of" else []
    return [discriminator_path(run), rung_path(run, kimg), *own]


def _state(path: Path) -> int:
    return state_of(path, "play against another run, or train this one again")


def _drawn_count(shape: GeneratorShape) -> int:
    return min(MOST, max(FEWEST_DRAWN, DRAWING_WORK // (shape.image_size**3 * shape.width**2)))


def _checked(classes: NDArray[np.integer], class_count: int) -> torch.Tensor | None:
    if not class_count:
        return None
    if len(classes) and classes.max() >= class_count:
        raise UserError(
            f"A real picture is of class {classes.max()}, and the discriminator knows {class_count} classes; "
            "choose another run, or train this one again."
        )
    return torch.from_numpy(classes.astype(np.int64))


@torch.inference_mode()
def logits_of(
    discriminator: Discriminator, images: NDArray[np.uint8], classes: torch.Tensor | None
) -> NDArray[np.float64]:
    """Returns the logits, float64 (N,), of pictures, uint8 (N, channels, size, size), by a network in evaluation mode.

    A picture's logit doesn't depend on the others. `classes` are int64 (N,) where the network knows classes. Raises
    UserError where the pictures are of another shape, and where an answer is no finite number.
    """
    shape = discriminator.shape
    if len(images) and images.shape[1:] != (shape.channels, shape.image_size, shape.image_size):
        judged = np.empty((0, shape.channels, shape.image_size, shape.image_size), np.uint8)
        raise UserError(
            f"The discriminator judges pictures of {size_in_words(judged)}, and these are {size_in_words(images)}; "
            "choose another run, or train this one again."
        )
    logits = torch.empty(len(images), dtype=torch.float64)
    for start in range(0, len(images), CHUNK_SIZE):
        # Of one size, as in `gan.sampler`: kernels choose their order of summation by the size of the batch.
        chunk = torch.zeros(CHUNK_SIZE, *images.shape[1:], dtype=torch.uint8)
        count = min(CHUNK_SIZE, len(images) - start)
        chunk[:count] = torch.from_numpy(images[start : start + count])
        chunk_classes = None
        if classes is not None:
            chunk_classes = torch.zeros(CHUNK_SIZE, dtype=torch.int64)
            chunk_classes[:count] = classes[start : start + count]
        logits[start : start + count] = discriminator(to_unit_range(chunk), chunk_classes)[:count]
    if not logits.isfinite().all():
        raise UserError("The discriminator answers with numbers that are not finite; train the run again.")
    return logits.numpy()
