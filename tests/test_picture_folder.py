"""A folder of pictures as a dataset: whatever students put into it, and the same pictures held out each time."""

import hashlib
import os
import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from gan import folder_listing, picture_files
from gan.datasets import Split, SplitName, find_dataset, load_split
from gan.errors import UserError
from gan.folder_listing import list_pictures


def drawing(seed: int, kind: str = "PNG") -> bytes:
    noise = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    stream = BytesIO()
    Image.fromarray(noise).save(stream, kind)
    return stream.getvalue()


def fill(folder: Path, seeds: range) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (folder / f"drawing {seed}.png").write_bytes(drawing(seed))
    return folder


def load(folder: Path, split: SplitName, image_size: int | None = None, channels: int | None = None) -> Split:
    return load_split(find_dataset(f"folder:{folder}", image_size, channels), split)


def pictures(split: Split) -> set[bytes]:
    return {image.tobytes() for image in split.images}


def refusal(folder: Path | str, *arguments: int | None) -> str:
    with pytest.raises(UserError) as error:
        load_split(find_dataset(f"folder:{folder}", *arguments), "train")
    assert "\n" not in str(error.value) and str(error.value).endswith(".")
    return str(error.value)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REAL_OR_FAKE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


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


def test_subfolders_that_have_all_pictures_are_classes(tmp_path: Path) -> None:
    for number, name in enumerate(["zebra", "ant", "Cat"]):
        fill(tmp_path / "animals" / name / "from Ada", range(100 * number, 100 * number + 10))
    (tmp_path / "animals" / "empty").mkdir()
    (tmp_path / "animals" / "README.txt").write_text("drawn in March")
    dataset = find_dataset(f"folder:{tmp_path / 'animals'}")
    assert dataset.class_names == ("Cat", "ant", "zebra")
    wanted = {}
    for name, number in (("zebra", 0), ("ant", 1), ("Cat", 2)):
        for seed in range(100 * number, 100 * number + 10):
            wanted[picture_files.decode_picture(drawing(seed), 32, 3).tobytes()] = name
    for split in ("train", "test"):
        loaded = load_split(dataset, split)
        for image, label in zip(loaded.images, loaded.labels, strict=True):
            assert dataset.class_names[label] == wanted[image.tobytes()]


def test_one_subfolder_or_pictures_beside_them_make_no_classes(tmp_path: Path) -> None:
    fill(tmp_path / "one" / "only", range(16))
    fill(tmp_path / "mixed" / "a", range(16))
    fill(tmp_path / "mixed" / "b", range(16, 32))
    fill(tmp_path / "mixed", range(40, 41))
    assert find_dataset(f"folder:{tmp_path / 'one'}").class_names == ()
    assert find_dataset(f"folder:{tmp_path / 'mixed'}").class_names == ()
    assert len(load(tmp_path / "mixed", "train").images) == 33 - 8
    (tmp_path / "mixed" / "drawing 40.png").unlink()
    assert find_dataset(f"folder:{tmp_path / 'mixed'}").class_names == ("a", "b")


def test_more_subfolders_than_a_network_can_tell_apart_make_no_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_listing, "MAX_CLASSES", 4)
    for number in range(5):
        fill(tmp_path / "many" / str(number), range(4 * number, 4 * number + 4))
    assert find_dataset(f"folder:{tmp_path / 'many'}").class_names == ()
    shutil.move(tmp_path / "many" / "4", tmp_path / "many" / "3" / "4")
    assert find_dataset(f"folder:{tmp_path / 'many'}").class_names == ("0", "1", "2", "3")


def test_classes_that_changed_in_the_meantime_are_not_mixed_up(tmp_path: Path) -> None:
    fill(tmp_path / "animals" / "b", range(16))
    fill(tmp_path / "animals" / "c", range(16, 32))
    dataset = find_dataset(f"folder:{tmp_path / 'animals'}")
    fill(tmp_path / "animals" / "a", range(32, 34))
    with pytest.raises(UserError, match="subfolders"):
        load_split(dataset, "train")


def test_broken_files_are_left_out_and_named_and_others_are_not_spoken_of(folder: Path) -> None:
    good = load(folder, "train")
    (folder / "cut.jpg").write_bytes(drawing(50, "JPEG")[:-60])
    (folder / "sub").mkdir()
    (folder / "sub" / "letter.PNG").write_text("Dear diary")
    (folder / "nothing.webp").touch()
    (folder / "nowhere.gif").symlink_to(folder / "gone")
    (folder / "loop.gif").symlink_to(folder / "loop.gif")
    (folder / "sub" / "round").symlink_to(folder)
    os.mkfifo(folder / "pipe.bmp")
    for name in (".hidden.png", "notes.txt", "Thumbs.db", "png", ".png", "photo.heic"):
        (folder / name).write_bytes(b"not looked at")
    (folder / ".git").mkdir()
    (folder / ".git" / "object.png").write_bytes(b"not looked at")
    (folder / "folder.png").mkdir()
    loaded = load(folder, "train")
    assert [sentence.partition(" is left out: ")[0] for sentence in loaded.skipped] == [
        "cut.jpg",
        "loop.gif",
        "nothing.webp",
        "nowhere.gif",
        "pipe.bmp",
        str(Path("sub", "letter.PNG")),
    ]
    assert loaded.skipped[2] == "nothing.webp is left out: it is empty."
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in loaded.skipped)
    assert loaded.skipped == load(folder, "test").skipped
    assert np.array_equal(loaded.images, good.images) and loaded.fingerprint == good.fingerprint


def test_a_link_to_a_picture_is_a_picture(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.png").write_bytes(drawing(77))
    (folder / "linked.png").symlink_to(tmp_path / "elsewhere.png")
    assert len(load(folder, "train").images) == 41 - 8


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(folder: Path) -> None:
    fill(folder / "secret", range(50, 60))
    (folder / "secret").chmod(0)
    (folder / "drawing 0.png").chmod(0)
    try:
        skipped = load(folder, "train").skipped
    finally:
        (folder / "secret").chmod(0o700)
    assert len(skipped) == 2 and all("Permission denied" in sentence for sentence in skipped)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_in_another_encoding_are_read_and_shown_with_question_marks(tmp_path: Path) -> None:
    names = [b"gr\xfcn", b"bl\xe5"]
    for number, name in enumerate(names):
        place = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xe4rg/" + name))
        fill(place, range(10 * number, 10 * number + 10))
        (place / os.fsdecode(b"trasig \xff\nbild.png")).write_bytes(b"broken")
    folder = os.fsdecode(os.fsencode(tmp_path) + b"/f\xe4rg")
    dataset = find_dataset(f"folder:{folder}")
    assert (dataset.title, dataset.class_names) == ("f?rg", ("bl?", "gr?n"))
    loaded = load_split(dataset, "test")
    assert loaded.skipped[0].startswith(str(Path("bl?", "trasig ??bild.png")))
    assert "".join(loaded.skipped).encode() and load_split(dataset, "test").skipped == loaded.skipped


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


def test_whoever_names_the_whole_disk_does_not_wait_for_all_of_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_listing, "MAX_PICTURES", 39)
    assert refusal(folder) == f"{folder} has more than 39 pictures; choose a folder with fewer."
    monkeypatch.setattr(folder_listing, "MAX_PICTURES", 40)
    monkeypatch.setattr(folder_listing, "MAX_ENTRIES", 39)
    assert refusal(folder) == f"{folder} has more than 39 files; choose a folder with fewer."


def test_finding_a_folder_opens_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("names only")

    monkeypatch.setattr(picture_files, "decode_files", refuse)
    assert len(list_pictures(folder).paths) == 40
    assert find_dataset(f"folder:{folder}").title == "drawings"


def test_pictures_are_decoded_once_until_a_file_changes(
    folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    decode_files = picture_files.decode_files

    def counting(paths: list[Path], size: int, channels: int) -> object:
        counts.append(len(paths))
        return decode_files(paths, size, channels)

    monkeypatch.setattr(picture_files, "decode_files", counting)
    (folder / "broken.png").write_bytes(b"broken")
    first = load(folder, "train")
    again, test = load(folder, "train"), load(folder, "test")
    assert counts == [41]
    assert np.array_equal(first.images, again.images) and first.skipped == again.skipped == test.skipped
    assert [path.suffix for path in (home / "cache").iterdir()] == [".npz"]
    (folder / "broken.png").write_bytes(drawing(99))
    assert load(folder, "train").skipped == () and counts == [41, 41]
    assert len(list((home / "cache").iterdir())) == 1
    load(folder, "train", 64)
    assert len(counts) == 3 and len(list((home / "cache").iterdir())) == 2
    # Nothing was put among the drawings.
    assert len(list(folder.iterdir())) == 41


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0), flip=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_copy_is_made_anew(folder: Path, home: Path, position: int, flip: int, cut: bool) -> None:
    wanted = load(folder, "train", 28, 1)
    (kept,) = (home / "cache").iterdir()
    damaged = bytearray(kept.read_bytes())
    position %= len(damaged)
    damaged[position] ^= flip
    kept.write_bytes(damaged[:position] if cut else damaged)
    loaded = load(folder, "train", 28, 1)
    assert np.array_equal(loaded.images, wanted.images) and loaded.fingerprint == wanted.fingerprint
    kept.unlink(missing_ok=True)


def test_without_a_place_for_a_copy_everything_works(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write_bytes(b"no folder")
    assert np.array_equal(load(folder, "train").images, load(folder, "train").images)
    home.unlink()

    def refuse(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("gan.picture_cache.atomic_stream", refuse)
    assert len(load(folder, "test").images) == 8
