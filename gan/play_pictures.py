"""Where the pictures of a game come from: test splits, what runs held out, rungs; loaded on first use and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from gan.datasets import FOLDER_PREFIX, find_dataset, load_split, refuse_download, require_on_this_computer
from gan.errors import UserError
from gan.run_log import held_out_path, read_record, rung_path

if TYPE_CHECKING:
    from gan.networks import Generator

KEPT_GENERATORS = 32


@dataclass(frozen=True, slots=True)
class Reals:
    """Real pictures, uint8 (count, channels, size, size), and their classes, whole numbers (count,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Source:
    """Where pictures come from: the test split of a dataset, what a run held out, or a run's rung at `kimg`."""

    kind: Literal["dataset", "held_out_of", "run"]
    name: str
    kimg: int = 0


def source_of(picture: dict[str, Any]) -> Source:
    """Returns where a picture comes from, as requests to the forger say it; its place there is its `number`."""
    if "held_out_of" in picture:
        return Source("held_out_of", picture["held_out_of"])
    return Source("run", picture["run"], picture["kimg"]) if "run" in picture else Source("dataset", picture["dataset"])


def reals_of(run: Path) -> Source:
    """Returns where the real pictures lie that are played with a run's fakes; raises UserError as `read_record` does.

    Neither of its networks has seen them.
    """
    dataset = read_record(run).config.dataset
    return Source("held_out_of", str(run)) if dataset.startswith(FOLDER_PREFIX) else Source("dataset", dataset)


class PlayPictures:
    """Pictures by their identities; raises UserError where one can't be had."""

    def __init__(self) -> None:
        self._reals: dict[str, Reals] = {}
        self._generators: dict[Path, tuple[int, Generator]] = {}
        self._newest: tuple[Generator, tuple[int, ...], NDArray[np.uint8]] | None = None

    def images(self, pictures: Sequence[dict[str, Any]]) -> NDArray[np.uint8]:
        """Returns pictures of one shape, uint8 (N, channels, size, size), in the order asked."""
        sources = [source_of(picture) for picture in pictures]
        images: NDArray[np.uint8] | None = None
        for source in dict.fromkeys(sources):
            chosen = [place for place, each in enumerate(sources) if each == source]
            found = self._found(source, [pictures[place]["number"] for place in chosen])
            if images is None:
                images = np.zeros((len(pictures), *found.shape[1:]), np.uint8)
            if found.shape[1:] != images.shape[1:]:
                raise UserError(
                    f"{source.name} has pictures of {size_in_words(found)}, and those beside them "
                    f"{size_in_words(images)}; choose another run, or train this one again."
                )
            images[chosen] = found
        return np.zeros((0, 1, 28, 28), np.uint8) if images is None else images

    def _found(self, source: Source, numbers: list[int]) -> NDArray[np.uint8]:
        if source.kind == "run":
            return self._drawn(Path(source.name), source.kimg, tuple(numbers))
        reals = self.reals(source).images
        if not all(0 <= number < len(reals) for number in numbers):
            raise UserError(f"{source.name} has {len(reals)} real pictures, fewer than were asked for.")
        return reals[numbers]

    def _drawn(self, run: Path, kimg: int, seeds: tuple[int, ...]) -> NDArray[np.uint8]:
        from gan.sampler import draw

        generator = self.generator(run, kimg)
        # Of one round its pictures, what is said of them and what is similar to them are asked one after another.
        if self._newest is None or self._newest[0] is not generator or self._newest[1] != seeds:
            self._newest = (generator, seeds, draw(generator, seeds))
        return self._newest[2]

    def reals(self, source: Source) -> Reals:
        """Returns all real pictures of a dataset's test split, or of what a run held out."""
        if source.kind == "held_out_of":
            # Small, and another run's once that folder has been deleted and imported anew: not kept.
            return _read_held_out(source.name)
        if source.name not in self._reals:
            self._reals[source.name] = _test_split(source.name)
        return self._reals[source.name]

    def generator(self, run: Path, kimg: int) -> "Generator":
        """Returns the generator of a rung as its file is now."""
        from gan.checkpoint import read_generator

        path = rung_path(run, kimg)
        changed_at = state_of(path, "choose another rung, or train the run again")
        known = self._generators.pop(path, None)
        # Kept in the order of use, so that the first one is the one to drop.
        self._generators[path] = known if known and known[0] == changed_at else (changed_at, read_generator(path))
        if len(self._generators) > KEPT_GENERATORS:
            del self._generators[next(iter(self._generators))]
        return self._generators[path][1]


def state_of(path: Path, remedy: str) -> int:
    """Returns a number that changes with the file; raises UserError, with what to do, where it is missing."""
    try:
        return path.stat().st_mtime_ns
    except OSError as error:
        raise UserError(f"{path} is missing; {remedy}.") from error


def size_in_words(images: NDArray[np.uint8]) -> str:
    """Returns what pictures, uint8 (N, channels, size, size), are like: `28×28 in grey`."""
    _, channels, height, width = images.shape
    return f"{width}×{height} in {'grey' if channels == 1 else 'colour'}"


def _test_split(dataset: str) -> Reals:
    known = find_dataset(dataset)
    # Nobody waits for a download in the middle of a game; looked at first, as a download begins with an empty folder.
    require_on_this_computer(known)
    split = load_split(known, "test", download=refuse_download)
    return Reals(split.images, split.labels)


def _read_held_out(run: str) -> Reals:
    from gan.held_out import read_held_out

    held_out = read_held_out(held_out_path(Path(run)))
    return Reals(held_out.images, held_out.labels)
