"""What a run's discriminator says of pictures: calibrated on others, the same in any company, or one sentence."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from forger_requests import fake, real
from other_runs import write_other_run
from sklearn.linear_model import LogisticRegression
from test_gan_calibration import platts_targets

from game.deal import FAKE_SEED_COUNT
from gan import verdicts as verdicts_module
from gan.checkpoint import read_discriminator, read_generator, write_discriminator
from gan.config import CHECKPOINTS_ROOT
from gan.datasets import DATASETS, load_split
from gan.errors import UserError
from gan.held_out import read_held_out, write_held_out
from gan.networks import Discriminator, GeneratorShape, initialize_weights, shapes
from gan.play_pictures import PlayPictures
from gan.run_log import held_out_path, read_record, rung_path, write_record
from gan.sampler import draw
from gan.verdicts import FIRST_CALIBRATION_SEED, CalibratedDiscriminators, Verdicts, logits_of

FASHION = CHECKPOINTS_ROOT / "fashion-mnist"


def add_discriminator(run: Path, seed: int = 5, **settings: Any) -> Path:
    """Gives a run a discriminator that has learnt nothing, and returns the run.

    By the luck of the first dice real pictures look more real to it than fakes; by that of others they don't.
    """
    record = read_record(run)
    record = replace(record, config=replace(record.config, **settings))
    write_record(run, record)
    discriminator = Discriminator(shapes(record.config, len(record.class_names))[1])
    initialize_weights(discriminator, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        # So that classes count as well, and no logit is like another.
        for weight in discriminator.parameters():
            weight.mul_(4)
    write_discriminator(run / "discriminator.safetensors", discriminator)
    return run


def held_out(run: Path, *numbers: int) -> list[dict[str, Any]]:
    """Returns pictures that a run held out."""
    return [{"held_out_of": str(run), "number": number} for number in numbers]


def verdicts_of(pictures: list[dict[str, Any]], run: Path, kimg: int = 4) -> Verdicts:
    """Returns what a run's discriminator says."""
    return CalibratedDiscriminators(PlayPictures()).verdicts(pictures, run, kimg)


def one_by_one(run: Path, images: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Returns logits as the plainest loop finds them, float64 (N,)."""
    discriminator = read_discriminator(run / "discriminator.safetensors")
    knows_classes = discriminator.shape.class_count > 0
    rows = []
    for image, number in zip(images, classes, strict=True):
        picture = torch.from_numpy(image[np.newaxis].astype(np.float32)) / 127.5 - 1
        rows.append(float(discriminator(picture, torch.tensor([int(number)]) if knows_classes else None)))
    return np.array(rows)


def platt(real_logits: np.ndarray, fake_logits: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Returns scikit-learn's probabilities of being fake."""
    count = len(real_logits)
    logits = np.concatenate([real_logits, fake_logits])
    targets = platts_targets(count)
    oracle = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(
        np.tile(logits, 2)[:, np.newaxis],
        [1] * (2 * count) + [0] * (2 * count),
        sample_weight=np.concatenate([targets, 1 - targets]),
    )
    assert oracle.coef_[0, 0] > 0, "the oracle has no bound, so it must not need one"
    return oracle.predict_proba(asked[:, np.newaxis])[:, 0]


def test_no_round_deals_what_it_is_calibrated_by() -> None:
    assert FIRST_CALIBRATION_SEED >= FAKE_SEED_COUNT


def test_a_shipped_discriminator_says_what_scikit_learn_makes_of_its_logits() -> None:
    # 0 and 10 are among the thousand that it would be calibrated by.
    reals, seeds = [0, 10, 3, 9_999], [5, 2**31 - 1, 77]
    pictures = [*(real(n, "fashion-mnist") for n in reals), *(fake(FASHION, 64, seed) for seed in seeds)]
    found = verdicts_of(pictures, FASHION, 64)
    images = load_split(DATASETS["fashion-mnist"], "test").images
    pool = np.setdiff1d(np.linspace(0, 9_999, 1000).astype(int), reals)
    generator = read_generator(rung_path(FASHION, 64))
    fakes = draw(generator, range(2**31, 2**31 + len(pool)))
    asked = np.concatenate([images[reals], draw(generator, seeds)])
    logits = [one_by_one(FASHION, each, np.zeros(len(each))) for each in (images[pool], fakes, asked)]
    assert found.fake_probabilities == pytest.approx(platt(*logits), abs=1e-4)
    assert found.trial_count == 2 * len(pool) == 2 * 997
    # Its best threshold of all, which it can't miss by much.
    thresholds = np.concatenate(logits[:2])[:, np.newaxis]
    best = ((logits[0] > thresholds).sum(axis=1) + (logits[1] <= thresholds).sum(axis=1)).max()
    assert best - 60 <= found.right_count <= best and found.right_count > 1500


@pytest.mark.parametrize("form", ["grey 28", "grey 28 of classes"])
def test_where_classes_are_known_each_picture_is_judged_as_one_of_its_class(tmp_path: Path, form: str) -> None:
    run = add_discriminator(write_other_run(tmp_path / "run", form), seed=3)
    split = load_split(DATASETS["mnist"], "test")
    pool = np.linspace(0, 9_999, 1000).astype(int)
    pool = pool[~np.isin(pool, [0, 1234])]
    generator = read_generator(rung_path(run, 4))
    seeds, asked_seeds = np.arange(2**31, 2**31 + len(pool)), [7, 18]
    logits = [
        one_by_one(run, images, classes)
        for images, classes in (
            (split.images[pool], split.labels[pool]),
            (draw(generator, seeds.tolist()), seeds % 10),
            (split.images[[0, 1234]], split.labels[[0, 1234]]),
            (draw(generator, asked_seeds), np.array(asked_seeds) % 10),
        )
    ]
    found = verdicts_of([real(0), real(1234), *(fake(run, 4, seed) for seed in asked_seeds)], run)
    assert found.fake_probabilities == pytest.approx(platt(logits[0], logits[1], np.concatenate(logits[2:])), abs=1e-4)


@pytest.mark.parametrize("normalization", ["batch", "layer", "spectral", "none"])
@pytest.mark.parametrize("form", ["grey 28", "colour 32 of classes", "colour 64"])
def test_a_logit_is_the_same_alone_and_in_any_company(tmp_path: Path, form: str, normalization: str) -> None:
    run = write_other_run(tmp_path / "run", form, discriminator_normalization=normalization)
    discriminator = read_discriminator(add_discriminator(run) / "discriminator.safetensors")
    images, classes = draw(read_generator(rung_path(run, 4)), range(45)), torch.arange(45) % 3
    images[::2] = 255 - images[::2]

    def logits(*places: int) -> list[float]:
        chosen = list(places)
        return logits_of(
            discriminator, images[chosen], classes[chosen] if discriminator.shape.class_count else None
        ).tolist()

    together = logits(*range(45))
    assert len(set(together)) > 40
    alone = [logits(place)[0] for place in range(45)]
    backwards = logits(*range(44, -1, -1))[::-1]
    assert alone == pytest.approx(together, rel=1e-5, abs=1e-5)
    assert backwards == pytest.approx(together, rel=1e-5, abs=1e-5)


def test_a_verdict_is_the_same_whatever_else_is_asked(tmp_path: Path) -> None:
    run = add_discriminator(write_other_run(tmp_path / "run", "colour 64"))
    discriminators = CalibratedDiscriminators(PlayPictures())
    fakes = [fake(run, 4, seed) for seed in range(12)]
    together = discriminators.verdicts(fakes, run, 4)
    assert np.ptp(together.fake_probabilities) > 0.01
    assert [discriminators.verdicts([each], run, 4).fake_probabilities[0] for each in fakes] == pytest.approx(
        together.fake_probabilities.tolist(), abs=1e-6
    )
    assert together.trial_count == 120


def test_the_pictures_of_a_round_are_left_out_of_what_it_is_calibrated_by(tmp_path: Path) -> None:
    run = add_discriminator(write_other_run(tmp_path / "run", "colour 64"))
    before = verdicts_of([fake(run, 4, 1), *held_out(run, 8, 11)], run)
    assert before.trial_count == 2 * 58
    # What those two look like must not count for a third one.
    path = held_out_path(run)
    kept = read_held_out(path)
    images = kept.images.copy()
    images[[8, 11]] = 0
    write_held_out(path, images, kept.labels)
    after = verdicts_of([fake(run, 4, 1), *held_out(run, 8, 11)], run)
    assert after.fake_probabilities[0] == before.fake_probabilities[0]
    assert after.fake_probabilities[1] != before.fake_probabilities[1]
    assert verdicts_of([fake(run, 4, 1)], run).fake_probabilities[0] != before.fake_probabilities[0]


def test_an_answer_is_calibrated_once_for_as_long_as_the_files_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = add_discriminator(write_other_run(tmp_path / "run", "colour 64"))
    drawn: list[int] = []

    def counted(generator: Any, seeds: range) -> np.ndarray:
        drawn.append(len(seeds))
        return draw(generator, seeds)

    monkeypatch.setattr(verdicts_module, "draw", counted)
    discriminators = CalibratedDiscriminators(PlayPictures())

    def ask(kimg: int = 4) -> float:
        return float(discriminators.verdicts([fake(run, 4, 1)], run, kimg).fake_probabilities[0])

    first = ask()
    assert ask() == first and drawn == [60]
    assert ask(8) != first and drawn == [60, 60]
    add_discriminator(run, seed=2)
    os.utime(run / "discriminator.safetensors", ns=(1, 1))
    second = ask()
    assert second != first and drawn == [60] * 3
    held_out_path(run).write_bytes(
        held_out_path(write_other_run(tmp_path / "more", "colour 64", held_out=70)).read_bytes()
    )
    assert ask() != second and drawn == [60, 60, 60, 70]


def test_a_duel_beside_a_training_run_is_with_the_discriminator_that_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = add_discriminator(write_other_run(tmp_path / "run", "colour 64"))
    path = run / "discriminator.safetensors"
    # A file of the first version: saved with the newest rung.
    assert verdicts_of([fake(run, 4, 1)], run).discriminator_kimg == 8
    asked = read_discriminator(path)
    write_discriminator(path, asked, 4)
    # The next rung is there already, its discriminator not yet; or the rung was dropped by resuming.
    assert verdicts_of([fake(run, 4, 1)], run).discriminator_kimg == 4
    write_discriminator(path, asked, 8)

    def trained_on(generator: Any, seeds: range) -> np.ndarray:
        rung_path(run, 16).write_bytes(rung_path(run, 8).read_bytes())
        write_discriminator(path, asked, 16)
        return draw(generator, seeds)

    monkeypatch.setattr(verdicts_module, "draw", trained_on)
    assert verdicts_of([fake(run, 4, 1)], run).discriminator_kimg == 8


def test_wide_and_large_generators_draw_fewer_pictures_for_it() -> None:
    def drawn(size: int, width: int) -> int:
        return verdicts_module._drawn_count(GeneratorShape(64, width, image_size=size))

    assert [drawn(28, 64), drawn(32, 64), drawn(64, 64)] == [1000, 745, 100]
    assert [drawn(28, 4), drawn(28, 128), drawn(64, 256)] == [1000, 278, 100]


def refusal(pictures: list[dict[str, Any]], run: Path, kimg: int = 4) -> str:
    """Returns the sentence with which a request is refused."""
    with pytest.raises(UserError) as error:
        verdicts_of(pictures, run, kimg)
    assert "\n" not in str(error.value) and str(error.value).endswith(".")
    return str(error.value)


def test_what_can_t_be_judged_is_one_sentence(tmp_path: Path) -> None:
    run = write_other_run(tmp_path / "run", "colour 64 of classes")
    own = held_out(run, 0, 1)
    assert f"{run / 'discriminator.safetensors'} is missing; play against another run" in refusal(own, run)
    add_discriminator(run)
    assert verdicts_of(own, run).trial_count == 116
    assert f"{rung_path(run, 16)} is missing" in refusal(own, run, 16)
    assert "judges pictures of 64×64 in colour, and these are 28×28 in grey" in refusal([real(3)], run)
    assert "has 19 real pictures beside those to be judged" in refusal(held_out(run, *range(41)), run)
    assert verdicts_of(held_out(run, *range(40)), run).trial_count == 40
    kept = read_held_out(held_out_path(run))
    write_held_out(held_out_path(run), kept.images, kept.labels + 2)
    assert "is of class 3, and the discriminator knows 2 classes" in refusal(own, run)
    (run / "discriminator.safetensors").write_bytes(b"nothing")
    assert "discriminator.safetensors is damaged" in refusal(own, run)
    held_out_path(run).unlink()
    assert f"{held_out_path(run)} is missing" in refusal(own, run)


def test_a_run_of_four_held_out_pictures_says_that_they_are_too_few(tmp_path: Path) -> None:
    run = add_discriminator(write_other_run(tmp_path / "run", "colour 64", held_out=4))
    assert "has 2 real pictures beside those to be judged" in refusal(held_out(run, 1, 3), run)


def test_answers_that_are_no_finite_numbers_are_one_sentence(tmp_path: Path) -> None:
    run = add_discriminator(write_other_run(tmp_path / "run", "colour 64"))
    path = run / "discriminator.safetensors"
    discriminator = read_discriminator(path)
    # As finite as half precision has them, and far too large for each other.
    for tensor in discriminator.state_dict().values():
        tensor.copy_(torch.full_like(tensor, 6e4))
    discriminator.load_state_dict(
        {
            name: 0 * tensor if name.endswith("running_var") else tensor
            for name, tensor in discriminator.state_dict().items()
        }
    )
    write_discriminator(path, discriminator)
    assert "numbers that are not finite" in refusal(held_out(run, 0), run)
