"""Which files of a folder are its pictures, and which subfolders its classes."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from tiny_folders import drawing, fill, load, refusal

from gan import folder_listing, picture_files
from gan.datasets import find_dataset, load_split
from gan.errors import UserError
from gan.folder_listing import list_pictures

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "drawings", range(40))


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
