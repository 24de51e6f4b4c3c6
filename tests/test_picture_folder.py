"""A folder of pictures as a dataset: whatever students put into it, and the same pictures held out each time."""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_folders import drawing, fill, load, refusal

from gan import picture_files
from gan.datasets import Split, find_dataset

pytestmark = pytest.mark.usefixtures("home")


def pictures(split: Split) -> set[bytes]:
    return {image.tobytes() for image in split.images}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "drawings", range(40))


def test_a_folder_is_a_dataset_with_a_size_and_colours_of_choice(folder: Path) -> None:
    dataset = find_dataset(f"folder:{folder}")
    assert (dataset.name, dataset.title) == (f"folder:{folder}", "drawings")
    assert (dataset.image_size, dataset.channels, dataset.class_names) == (32, 3, ())
    assert (dataset.judge, dataset.test_count, dataset.mirrorable) == ("", None, False)
    for size in (28, 32, 64):
        for channels in (1, 3):
            loaded = load(folder, "train", size, channels)
            assert (loaded.images.shape, loaded.images.dtype) == ((32, channels, size, size), np.uint8)
            assert loaded.labels.dtype == np.uint16 and not loaded.labels.any()
            assert loaded.images.flags.c_contiguous


def test_the_name_holds_the_whole_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    names = [find_dataset(f"folder:{path}").name for path in ("drawings", "./drawings/", "~/drawings")]
    assert names == [f"folder:{folder}"] * 3
    assert find_dataset(names[0]) == find_dataset("folder:drawings")


@pytest.mark.parametrize("count", [16, 30, 40, 47, 60])
def test_a_fifth_is_held_out_by_content_and_eight_at_least(tmp_path: Path, count: int) -> None:
    folder = fill(tmp_path / "some", range(count))
    digests = sorted((hashlib.sha256(path.read_bytes()).hexdigest(), path) for path in folder.iterdir())
    held_out = max(8, count // 5)
    train, test = load(folder, "train"), load(folder, "test")
    assert (len(train.images), len(test.images)) == (count - held_out, held_out)
    assert not pictures(train) & pictures(test)
    # In the order of the digests, so that names and places say nothing.
    for images, part in ((test.images, digests[:held_out]), (train.images, digests[held_out:])):
        for image, (_, path) in zip(images, part, strict=True):
            assert np.array_equal(image, picture_files.decode_picture(path.read_bytes(), 32, 3))


def test_at_most_ten_thousand_are_held_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan.picture_folder.MAX_HELD_OUT", 8)
    fill(folder, range(100))
    assert len(load(folder, "test").images) == 8


def test_names_and_places_change_nothing(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "moved" / "deep" / "down"
    other.mkdir(parents=True)
    for number, path in enumerate(sorted(folder.iterdir(), key=lambda path: path.name[::-1])):
        shutil.copy(path, other / f"{number}.gif")
    for split in ("train", "test"):
        first, second = load(folder, split), load(tmp_path / "moved", split)
        assert np.array_equal(first.images, second.images) and first.fingerprint == second.fingerprint


def test_copies_of_a_picture_are_on_one_side(folder: Path) -> None:
    for seed in range(40):
        for copy in range(seed % 4):
            (folder / f"copy {copy} of {seed}.png").write_bytes(drawing(seed))
    train, test = load(folder, "train"), load(folder, "test")
    assert len(train.images) + len(test.images) == 100
    assert (len(pictures(train)), len(pictures(test))) == (32, 8)
    assert not pictures(train) & pictures(test)


def test_more_pictures_move_few_of_the_others(tmp_path: Path) -> None:
    folder = fill(tmp_path / "growing", range(200))
    before = pictures(load(folder, "test"))
    fill(folder, range(200, 250))
    after = pictures(load(folder, "test"))
    assert (len(before), len(after)) == (40, 50)
    # 10 places more for about 10 of the new ones: drawn anew, 32 of the 40 would have moved.
    assert len(before - after) <= 5


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seeds=st.sets(st.integers(0, 60), min_size=16, max_size=40), copies=st.lists(st.integers(0, 15), max_size=10))
def test_the_two_sides_are_all_and_nothing_is_on_both(
    tmp_path_factory: pytest.TempPathFactory, seeds: set[int], copies: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    for seed in seeds:
        (folder / f"{seed}.png").write_bytes(drawing(seed))
    for number, place in enumerate(copies):
        (folder / f"copy {number}.png").write_bytes(drawing(sorted(seeds)[place]))
    train, test = load(folder, "train", 28, 1), load(folder, "test", 28, 1)
    assert len(train.images) + len(test.images) == len(seeds) + len(copies)
    assert len(pictures(test)) == max(8, len(seeds) // 5)
    assert len(pictures(train)) == len(seeds) - len(pictures(test))
    assert train.fingerprint == test.fingerprint


def test_the_fingerprint_is_that_of_the_pictures_as_they_are_trained_on(folder: Path, tmp_path: Path) -> None:
    fingerprints = [load(folder, "train", size, channels).fingerprint for size in (28, 64) for channels in (1, 3)]
    (folder / "drawing 3.png").write_bytes(drawing(1000))
    fingerprints.append(load(folder, "train", 28, 1).fingerprint)
    (folder / "drawing 3.png").unlink()
    fingerprints.append(load(folder, "train", 28, 1).fingerprint)
    for seed in range(40):
        place = tmp_path / "classes" / "ab"[seed % 2]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{seed}.png").write_bytes(drawing(seed))
    fingerprints.append(load(tmp_path / "classes", "train", 28, 1).fingerprint)
    assert len(set(fingerprints)) == 7 and {len(each) for each in fingerprints} == {64}


def test_fewer_than_sixteen_different_pictures_are_too_few(tmp_path: Path) -> None:
    folder = fill(tmp_path / "few", range(15))
    assert refusal(folder) == (
        f"{folder} has 15 different PNG, JPEG, GIF, BMP or WebP pictures that can be used; put at least 16 into it."
    )
    (folder / "broken.png").write_bytes(b"broken")
    assert "has 15 different" in refusal(folder) and "(1 left out; the first: broken.png is left" in refusal(folder)
    for copy in range(20):
        shutil.copy(folder / "drawing 1.png", folder / f"copy {copy}.png")
    assert "has 15 different" in refusal(folder)
    fill(folder, range(16))
    assert (len(load(folder, "train").images), len(load(folder, "test").images)) in ((8, 28), (28, 8))


def test_what_is_no_folder_with_pictures_is_said(tmp_path: Path) -> None:
    (tmp_path / "file.png").write_bytes(drawing(1))
    (tmp_path / "empty").mkdir()
    assert "(No such file or directory)" in refusal(tmp_path / "typo")
    assert "(Not a directory)" in refusal(tmp_path / "file.png")
    assert "has 0 different" in refusal(tmp_path / "empty")
    assert refusal("") == "--dataset folder: names no folder; give its path after the colon."
    assert "can't be read as a folder" in refusal("nul\0byte")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "can't be read as a folder" in refusal(tmp_path / "loop")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((40, None), "--image-size is 40; give 28, 32 or 64."),
        ((0, None), "--image-size is 0; give 28, 32 or 64."),
        ((None, 4), "--channels is 4; give 1 for grey or 3 for colour."),
    ],
)
def test_other_sizes_and_colours_are_refused(
    folder: Path, arguments: tuple[int | None, int | None], sentence: str
) -> None:
    assert refusal(folder, *arguments) == sentence
