"""What the forger's process answers: the right pictures, in order, or one sentence."""

import gzip
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from forger_requests import answer, fake, images, process_of, real
from forgers import wait_for
from numpy.typing import NDArray
from other_runs import pictures_of, write_other_run
from scipy.spatial.distance import cdist

from game.forger import PROJECT_ROOT, Forger
from gan.checkpoint import read_generator
from gan.config import CHECKPOINTS_ROOT
from gan.play_pictures import PlayPictures
from gan.run_log import rung_path
from gan.sampler import draw
from gan.verdicts import CalibratedDiscriminators
from gan.wire import read_message

IDX_HEADER_BYTES = 16


@pytest.fixture
def forger(shared_forger: Forger) -> Forger:
    return shared_forger


def idx_pictures(folder: str) -> NDArray[np.uint8]:
    content = gzip.decompress((PROJECT_ROOT / "assets" / folder / "raw" / "t10k-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(content[IDX_HEADER_BYTES:], np.uint8).reshape(10_000, 28, 28)


def test_real_pictures_are_those_of_the_test_file_byte_for_byte(forger: Forger) -> None:
    numbers = [9_999, 0, 5_000]
    for dataset, folder in (("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST")):
        got = images(forger, [real(number, dataset) for number in numbers])
        assert np.array_equal(got, idx_pictures(folder)[numbers])


def test_fakes_are_what_the_sampler_draws_from_the_rung(forger: Forger, shared_checkpoints: Path) -> None:
    run, seeds = shared_checkpoints / "mnist", [0, 2**31 - 1, 7]
    for kimg in (2, 64):
        expected = draw(read_generator(rung_path(run, kimg)), seeds)[:, 0]
        assert np.array_equal(images(forger, [fake(run, kimg, seed) for seed in seeds]), expected)


def test_pictures_of_all_kinds_come_in_the_order_asked(forger: Forger, shared_checkpoints: Path) -> None:
    first, second = shared_checkpoints / "mnist", shared_checkpoints / "fashion-mnist"
    mixed = [fake(first, 64, 5), real(3), fake(second, 2, 5), real(3, "fashion-mnist"), fake(first, 2, 5), real(1)]
    mixed += [fake(first, 64, 4), real(2), real(3)]
    alone = [images(forger, [picture])[0] for picture in mixed]
    assert len({picture.tobytes() for picture in alone}) == len(mixed) - 1
    assert np.array_equal(images(forger, mixed), alone)


def test_a_fake_is_the_same_alone_and_in_a_large_batch(forger: Forger, shared_checkpoints: Path) -> None:
    run = shared_checkpoints / "mnist"
    alone = images(forger, [fake(run, 64, 1234)])[0]
    batch = images(forger, [fake(run, 64, 1200 + place) for place in range(100)])
    assert np.array_equal(batch[34], alone)


def test_requests_are_answered_each_with_its_own_pictures(forger: Forger) -> None:
    tickets = {number: forger.request([real(number)], None) for number in range(30)}
    wait_for(forger, lambda: all(ticket.answered for ticket in tickets.values()))
    expected = idx_pictures("MNIST")
    for number, ticket in tickets.items():
        assert ticket.images is not None
        assert np.array_equal(ticket.images[0], expected[number])


def test_the_judge_reads_real_digits_and_clothes(forger: Forger) -> None:
    # The first labels of the two test files, as published.
    digits = answer(forger, [real(number) for number in range(10)], judge="mnist")
    assert [name for name, _ in digits.classes] == list("7210414959")
    clothes = answer(forger, [real(number, "fashion-mnist") for number in range(4)], judge="fashion-mnist")
    assert [name for name, _ in clothes.classes] == ["ankle boot", "pullover", "trouser", "trouser"]
    assert all(0.1 <= share <= 1 for _, share in (*digits.classes, *clothes.classes))
    assert answer(forger, [real(0)]).classes == []


def test_a_rung_that_was_trained_anew_is_read_anew(forger: Forger, checkpoints: Path) -> None:
    run = checkpoints / "mnist"
    before = images(forger, [fake(run, 2, 1)])
    rung_path(run, 64).replace(rung_path(run, 2))
    assert not np.array_equal(images(forger, [fake(run, 2, 1)]), before)


def test_labels_are_those_of_the_published_file(forger: Forger) -> None:
    content = gzip.decompress((PROJECT_ROOT / "assets" / "MNIST" / "raw" / "t10k-labels-idx1-ubyte.gz").read_bytes())
    ticket = forger.request_labels({"dataset": "mnist"})
    wait_for(forger, lambda: ticket.answered)
    assert ticket.images is None and ticket.labels is not None
    assert ticket.labels.tolist() == list(content[8:])


def test_a_folders_runs_own_pictures_come_with_their_classes(forger: Forger, tmp_path: Path) -> None:
    run = write_other_run(tmp_path / "run", "colour 64 of classes")
    assert np.array_equal(
        images(forger, [{"held_out_of": str(run), "number": number} for number in (7, 0, 59)]),
        pictures_of(run)[[7, 0, 59]],
    )
    ticket = forger.request_labels({"held_out_of": str(run)})
    wait_for(forger, lambda: ticket.answered)
    assert ticket.labels is not None and ticket.labels.tolist() == [0, 1] * 30


@pytest.mark.parametrize("form", ["stacked 28 of classes", "colour 32 of classes", "colour 64"])
def test_colours_of_every_size_are_what_the_sampler_draws(forger: Forger, tmp_path: Path, form: str) -> None:
    run = write_other_run(tmp_path / "run", form)
    expected = draw(read_generator(rung_path(run, 4)), [5, 1003]).transpose(0, 2, 3, 1)
    assert np.array_equal(images(forger, [fake(run, 4, seed) for seed in (5, 1003)]), expected)


def test_the_judge_of_digits_reads_stacked_ones_and_no_judge_reads_what_it_never_learnt(
    forger: Forger, tmp_path: Path
) -> None:
    stacked = answer(forger, [real(number, "stacked-mnist") for number in range(20)], judge="stacked-mnist")
    labels = forger.request_labels({"dataset": "stacked-mnist"})
    wait_for(forger, lambda: labels.answered)
    assert labels.labels is not None
    right = [name == f"{label:03}" for (name, _), label in zip(stacked.classes, labels.labels[:20], strict=True)]
    assert sum(right) >= 18
    run = write_other_run(tmp_path / "run", "colour 32")
    for judge in ("mnist", "cifar10", "folder:/nowhere"):
        assert answer(forger, [fake(run, 4, 0)], judge=judge).classes == []


def test_real_pictures_that_are_not_there_are_one_sentence_and_nothing_is_downloaded(
    forger: Forger, tmp_path: Path
) -> None:
    run = write_other_run(tmp_path / "run", "colour 64")
    for picture, words in (
        ({"held_out_of": str(tmp_path / "gone"), "number": 0}, "is missing"),
        ({"held_out_of": str(run), "number": 60}, "fewer than were asked for"),
        ({"dataset": "mnist", "number": 10_000}, "fewer than were asked for"),
        ({"dataset": "celeba", "number": 0}, "CelebA is not on this computer"),
        ({"dataset": "kmnist", "number": 0}, "There is no dataset kmnist"),
    ):
        ticket = answer(forger, [picture])
        assert ticket.images is None and words in ticket.error and ticket.error.endswith(".")
    mixed = answer(forger, [real(0), fake(run, 4, 0)])
    assert "has pictures of 64×64 in colour, and those beside them 28×28 in grey" in mixed.error


def test_the_most_similar_real_pictures_are_scipys(forger: Forger) -> None:
    run = CHECKPOINTS_ROOT / "mnist"
    pictures = [real(0), fake(run, 3000, 1), real(9_999), fake(run, 64, 2), real(1, "fashion-mnist")]
    ticket = forger.request_nearest(pictures, {"dataset": "mnist"})
    wait_for(forger, lambda: ticket.error or ticket.images is not None)
    expected = idx_pictures("MNIST")
    points = expected.reshape(10_000, -1)[:, ::-1].astype(float)
    distances = cdist(images(forger, pictures).reshape(5, -1)[:, ::-1].astype(float), points)
    distances[[0, 2], [0, 9_999]] = np.inf
    assert list(ticket.numbers) == distances.argmin(axis=1).tolist()
    assert ticket.images is not None and np.array_equal(ticket.images, expected[list(ticket.numbers)])


def test_the_most_similar_pictures_of_a_folder_are_in_colour(forger: Forger, tmp_path: Path) -> None:
    run = write_other_run(tmp_path / "run", "colour 64")
    own = [{"held_out_of": str(run), "number": number} for number in (3, 59)]
    ticket = forger.request_nearest([*own, fake(run, 4, 1)], {"held_out_of": str(run)})
    wait_for(forger, lambda: ticket.error or ticket.images is not None)
    assert ticket.images is not None and not {3, 59} & set(ticket.numbers[:2])
    assert np.array_equal(ticket.images, pictures_of(run)[list(ticket.numbers)])


def test_a_discriminator_says_what_it_says_without_a_process(forger: Forger) -> None:
    run = CHECKPOINTS_ROOT / "mnist"
    pictures = [real(17), fake(run, 3000, 1), real(9_000), fake(run, 3000, 2)]
    ticket = forger.request_verdicts(pictures, str(run), 3000)
    wait_for(forger, lambda: ticket.error or ticket.verdicts)
    expected = CalibratedDiscriminators(PlayPictures()).verdicts(pictures, run, 3000)
    assert ticket.verdicts == pytest.approx(expected.fake_probabilities.tolist(), abs=1e-4)
    assert ticket.trials == expected.trial_count and abs(ticket.right - expected.right_count) <= 4
    assert 0.6 < ticket.right / ticket.trials < 0.75


def test_what_can_t_be_judged_or_compared_is_one_sentence(forger: Forger, tmp_path: Path) -> None:
    run, single = (
        write_other_run(tmp_path / "run", "colour 64"),
        write_other_run(tmp_path / "1", "colour 64", held_out=1),
    )
    own = {"held_out_of": str(single), "number": 0}
    tickets = {
        "discriminator.safetensors is missing": forger.request_verdicts([fake(run, 4, 1)], str(run), 4),
        "can't be read": forger.request_verdicts([real(0)], str(tmp_path / "gone"), 4),
        "CelebA is not on this computer": forger.request_nearest([real(0)], {"dataset": "celeba"}),
        "compare them with others": forger.request_nearest([fake(run, 4, 1)], {"dataset": "mnist"}),
        "has no other real picture": forger.request_nearest([own], {"held_out_of": str(single)}),
    }
    wait_for(forger, lambda: all(ticket.error for ticket in tickets.values()))
    for words, ticket in tickets.items():
        assert words in ticket.error and ticket.error.endswith(".") and "\n" not in ticket.error


def test_a_missing_and_a_damaged_rung_get_a_sentence_and_the_forger_lives_on(forger: Forger, checkpoints: Path) -> None:
    process = process_of(forger)
    run = checkpoints / "mnist"
    damaged, empty, missing = rung_path(run, 2), rung_path(run, 64), rung_path(run, 128)
    damaged.write_bytes(damaged.read_bytes()[:-7])
    empty.write_bytes(b"")
    for kimg, path in ((2, damaged), (64, empty), (128, missing)):
        ticket = answer(forger, [real(0), fake(run, kimg, 1)])
        assert ticket.images is None
        assert str(path) in ticket.error
        assert "\n" not in ticket.error and ticket.error.endswith(".")
    assert len(images(forger, [real(0)])) == 1
    assert process_of(forger) is process and process.poll() is None


def test_a_print_inside_the_service_does_not_garble_the_messages() -> None:
    script = """
import os, sys
import gan.forger_service as service

def noisy_serve(requests, replies):
    print("from Python", flush=True)
    os.write(1, b"from C\\n")
    service.write_message(replies, {"event": "ready"})

service.serve = noisy_serve
sys.exit(service.main())
"""
    result = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, input=b"")
    assert result.returncode == 0, result.stderr
    stream = BytesIO(result.stdout)
    assert read_message(stream) == ({"event": "ready"}, b"")
    assert read_message(stream) is None
    assert b"from Python" in result.stderr and b"from C" in result.stderr
