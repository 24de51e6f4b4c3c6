"""CelebA in torchvision's layout: the right faces in the right split, decoded once, and kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets
from PIL import Image
from torchvision.transforms import CenterCrop, Resize

from gan import celeba, picture_files
from gan.atomic_file import atomic_stream
from gan.celeba import FOLDER, PARTITION, PICTURES, download_celeba
from gan.datasets import DATASETS, Dataset, Split, SplitName, load_split
from gan.errors import UserError

pytestmark = pytest.mark.usefixtures("home")

CELEBA = replace(DATASETS["celeba"], test_count=5)
# 12 for training, 3 for validation, 5 for testing.
PARTITIONS = "0" * 12 + "1" * 3 + "2" * 5


def no_download(dataset: Dataset, root: Path) -> None:
    raise AssertionError("there was nothing to download")


def load(root: Path, split: SplitName = "train", download: Callable[[Dataset, Path], None] = no_download) -> Split:
    return load_split(CELEBA, split, root, download)


def write_faces(root: Path) -> None:
    (root / FOLDER / PICTURES).mkdir(parents=True)
    for number in range(1, 21):
        noise = np.random.default_rng(number).integers(0, 256, (6, 5, 3), dtype=np.uint8)
        face = Image.fromarray(noise).resize((178, 218), Image.Resampling.BICUBIC)
        face.save(root / FOLDER / PICTURES / f"{number:06}.jpg", quality=90)
    lines = [f"{number:06}.jpg {partition}" for number, partition in enumerate(PARTITIONS, 1)]
    (root / FOLDER / PARTITION).write_text("\n".join(lines) + "\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_faces(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files were decoded, each time that any were."""
    counts: list[int] = []
    decode_files = picture_files.decode_files

    def counting(paths: list[Path], size: int, channels: int) -> object:
        counts.append(len(paths))
        return decode_files(paths, size, channels)

    monkeypatch.setattr(picture_files, "decode_files", counting)
    return counts


@pytest.mark.parametrize(("split", "numbers"), [("train", range(1, 13)), ("test", range(16, 21))])
def test_a_split_has_its_faces_as_the_usual_transform_makes_them(root: Path, split: SplitName, numbers: range) -> None:
    loaded = load(root, split)
    transform = [Resize(64), CenterCrop(64)]
    for image, number in zip(loaded.images, numbers, strict=True):
        face = Image.open(root / FOLDER / PICTURES / f"{number:06}.jpg")
        for step in transform:
            face = step(face)
        assert np.array_equal(image, np.asarray(face).transpose(2, 0, 1))
    assert loaded.labels.dtype == np.uint16 and loaded.labels.tolist() == [0] * len(numbers)
    assert loaded.skipped == () and len(loaded.fingerprint) == 64


def test_the_published_splits_are_asked_for() -> None:
    assert (DATASETS["celeba"].test_count, DATASETS["celeba"].image_size) == (19_962, 64)


def test_pictures_are_decoded_once_and_kept_beside_them(root: Path, home: Path, decoded: list[int]) -> None:
    first, second = load(root), load(root)
    assert decoded == [12]
    assert np.array_equal(first.images, second.images) and first.fingerprint == second.fingerprint
    assert isinstance(second.images, np.memmap) and not second.images.flags.writeable
    (kept,) = (root / FOLDER).glob("*.npy")
    assert kept.name == f"celeba-64-train-{first.fingerprint[:16]}.npy"
    load(root, "test")
    assert decoded == [12, 5] and len(list((root / FOLDER).glob("*.npy"))) == 2
    assert not home.exists()


def test_where_the_folder_can_not_be_written_they_are_kept_in_the_users_cache(
    root: Path, home: Path, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:

    def refuse(path: Path) -> object:
        if path.parent == root / FOLDER:
            raise PermissionError(13, "Permission denied", str(path))
        return atomic_stream(path)

    monkeypatch.setattr("gan.picture_cache.atomic_stream", refuse)
    first, second = load(root), load(root)
    assert decoded == [12] and np.array_equal(first.images, second.images)
    assert len(list((home / "cache").glob("celeba-64-train-*.npy"))) == 1
    assert not list((root / FOLDER).glob("*.npy"))


def test_where_nothing_can_be_written_they_are_decoded_each_time(
    root: Path, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("gan.picture_cache.atomic_stream", refuse)
    first, second = load(root), load(root)
    assert decoded == [12, 12] and np.array_equal(first.images, second.images)


@pytest.mark.parametrize(
    "damage",
    [
        lambda good: b"",
        lambda good: good[:60],
        lambda good: good[:-1],
        lambda good: b"\0" * len(good),
        lambda good: b"PK\x03\x04" + good,
        lambda good: b"\x80\x04K\x01.",
        lambda good: good.replace(b"(12, 3,", b"(11, 3,"),
        lambda good: good.replace(b"'|u1'", b"'|i1'"),
        lambda good: good.replace(b"'|u1'", b"'|O' "),
        lambda good: good.replace(b"False", b"True "),
    ],
    ids=["empty", "header", "a byte", "zeros", "zip", "pickle", "count", "type", "objects", "order"],
)
def test_a_damaged_copy_is_made_anew(root: Path, decoded: list[int], damage: Callable[[bytes], bytes]) -> None:
    wanted = load(root).images.copy()
    (kept,) = (root / FOLDER).glob("*.npy")
    good = kept.read_bytes()
    kept.write_bytes(damage(good))
    assert kept.read_bytes() != good
    assert np.array_equal(load(root).images, wanted)
    assert decoded == [12, 12] and kept.read_bytes() == good


def test_other_pictures_have_another_fingerprint_and_the_old_copy_goes(root: Path, decoded: list[int]) -> None:
    before = load(root)
    path = root / FOLDER / PICTURES / "000003.jpg"
    Image.new("RGB", (178, 218), "red").save(path)
    after = load(root)
    assert after.fingerprint != before.fingerprint and decoded == [12, 12]
    assert abs(after.images[2, :, 5, 5].astype(int) - (255, 0, 0)).max() < 4
    assert len(list((root / FOLDER).glob("*.npy"))) == 1


def refusal(root: Path, split: SplitName = "train") -> str:
    with pytest.raises(UserError) as error:
        load(root, split)
    assert "\n" not in str(error.value) and str(error.value).endswith(".")
    return str(error.value)


def test_a_face_that_is_missing_or_damaged_is_named(root: Path) -> None:
    path = root / FOLDER / PICTURES / "000007.jpg"
    path.write_bytes(path.read_bytes()[:-1000])
    assert refusal(root).startswith(f"{path} can't be used: it is damaged (")
    assert not list((root / FOLDER).glob("*.npy"))
    path.unlink()
    assert refusal(root).startswith(f"{path} is missing; ")
    assert len(load(root, "test").images) == 5


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda good: good[:-5], "line 20 is '000020.j'"),
        (lambda good: good[: good.index("000018")], "12 pictures for training, 2 of 5 for testing"),
        (lambda good: "", "0 pictures for training"),
        (lambda good: good.replace("000004.jpg", "../../.jpg"), "line 4 is '../../.jpg 0'"),
        (lambda good: good.replace("000002.jpg 0", "000002.jpg 7"), "line 2"),
        (lambda good: good.replace("000002.jpg", "\x00\x9b\ud7ff"), "line 2"),
    ],
    ids=["cut", "short", "empty", "a way out", "partition", "bytes"],
)
def test_a_wrong_list_is_named(root: Path, damage: Callable[[str], str], problem: str) -> None:
    path = root / FOLDER / PARTITION
    path.write_text(damage(path.read_text()), encoding="utf-8")
    sentence = refusal(root)
    assert str(path) in sentence and problem in sentence


def test_what_is_missing_is_downloaded_and_moved_when_it_is_whole(root: Path, tmp_path: Path) -> None:
    def download(dataset: Dataset, folder: Path) -> None:
        write_faces(folder)
        (folder / FOLDER / "img_align_celeba.zip").write_bytes(b"unpacked already")

    fresh = tmp_path / "fresh"
    fresh.mkdir()
    assert np.array_equal(load(fresh, "train", download).images, load(root).images)
    assert {path.name for path in (fresh / FOLDER).iterdir() if path.suffix != ".npy"} == {PARTITION, PICTURES}
    assert [path.name for path in fresh.iterdir()] == [FOLDER]
    # The list alone is fetched where the pictures are there.
    (root / FOLDER / PARTITION).unlink()
    assert len(load(root, "test", download).images) == 5
    assert len(list((root / FOLDER / PICTURES).iterdir())) == 20


def test_torchvision_downloads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(celeba, "find_spec", lambda name: object())
    monkeypatch.setattr(torchvision.datasets, "CelebA", lambda root, download: asked.append((root, download)))
    download_celeba(CELEBA, tmp_path)
    assert asked == [(str(tmp_path), True)]
    real = torchvision.datasets.celeba.CelebA
    assert real.base_folder == FOLDER and PARTITION in {name for *_, name in real.file_list}
    assert f"{PICTURES}.zip" in {name for *_, name in real.file_list}


def test_without_gdown_a_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(celeba, "find_spec", lambda name: None)
    with pytest.raises(UserError) as error:
        load(tmp_path, "train", download_celeba)
    assert "pip install gdown" in str(error.value) and "could not be downloaded" not in str(error.value)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
