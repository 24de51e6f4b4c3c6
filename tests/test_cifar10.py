"""CIFAR-10's binary files: records read as its author describes them, and every way in which a file can be wrong."""

import hashlib
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torchvision.datasets
import torchvision.datasets.utils
from numpy.typing import NDArray

from gan.cifar10 import FILES, FOLDER, download_cifar10, load_cifar10
from gan.datasets import DATASETS, Dataset, Split, SplitName, load_split
from gan.errors import UserError

CIFAR10 = DATASETS["cifar10"]
COUNT = 7


def records(seed: int, count: int = COUNT) -> bytes:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (count, 3072), dtype=np.uint8)
    return b"".join(bytes([number % 10]) + row.tobytes() for number, row in enumerate(pixels, seed))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / FOLDER).mkdir()
    for seed, name in enumerate(FILES["train"] + FILES["test"]):
        (tmp_path / FOLDER / name).write_bytes(records(seed))
    return tmp_path


def no_download(dataset: Dataset, root: Path) -> None:
    raise AssertionError("there was nothing to download")


def load(root: Path, split: SplitName, download: Callable[[Dataset, Path], None] = no_download) -> Split:
    return load_cifar10(CIFAR10, split, root, download, COUNT)


def test_records_become_pictures_in_the_files_order(root: Path) -> None:
    loaded = load(root, "train")
    assert (loaded.images.shape, loaded.images.dtype) == ((5 * COUNT, 3, 32, 32), np.uint8)
    assert loaded.labels.dtype == np.uint16
    assert loaded.labels.tolist() == [(seed + number) % 10 for seed in range(5) for number in range(COUNT)]
    content = b"".join((root / FOLDER / f"data_batch_{number}.bin").read_bytes() for number in range(1, 6))
    assert loaded.fingerprint == hashlib.sha256(content).hexdigest()
    # The format's own words: the first 1024 bytes are the red channel, row by row, then green, then blue.
    assert loaded.images[9, 1, 3, 5] == content[9 * 3073 + 1 + 1024 + 3 * 32 + 5]
    loaded.images[0] = 0  # pictures can be written to, as torch wants it


def test_the_test_split_is_another_file(root: Path) -> None:
    loaded = load(root, "test")
    assert loaded.images.tobytes() == b"".join(
        (root / FOLDER / "test_batch.bin").read_bytes()[start + 1 : start + 3073]
        for start in range(0, COUNT * 3073, 3073)
    )
    assert loaded.fingerprint != load(root, "train").fingerprint


def test_the_published_files_have_ten_thousand_pictures_each(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "test_batch.bin").write_bytes(records(0, 10_000))
    loaded = load_split(CIFAR10, "test", tmp_path, no_download)
    assert len(loaded.images) == CIFAR10.test_count == 10_000
    assert np.bincount(loaded.labels).tolist() == [1000] * 10


def test_the_classes_are_those_of_torchvision() -> None:
    # As listed on the dataset's page, in alphabetic order.
    assert CIFAR10.class_names == tuple(sorted(CIFAR10.class_names)) and len(set(CIFAR10.class_names)) == 10
    assert (CIFAR10.class_names[0], CIFAR10.class_names[6], CIFAR10.class_names[9]) == ("airplane", "frog", "truck")


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda good: good[:-1], f"shorter than the {COUNT * 3073} bytes"),
        (lambda good: good + b"\0", f"longer than the {COUNT * 3073} bytes"),
        (lambda good: b"", "shorter"),
        (lambda good: good[:3073] + b"\x0a" + good[3074:], "picture 2 has class 10, the last is 9"),
        (lambda good: good[:-3073] + b"\xff" + good[-3072:], "picture 7 has class 255"),
    ],
    ids=["short", "long", "empty", "class 10", "class 255"],
)
def test_a_wrong_file_is_named_and_left_as_it_is(root: Path, damage: Callable[[bytes], bytes], problem: str) -> None:
    path = root / FOLDER / "data_batch_3.bin"
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(UserError) as refusal:
        load(root, "train")
    assert str(refusal.value).startswith(f"{path} is ") and problem in str(refusal.value)
    assert str(refusal.value).endswith("; restore it, or delete it so that it is downloaded again.")
    assert path.read_bytes() == before
    assert len(load(root, "test").images) == COUNT


def archive(folder: Path) -> bytes:
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        tar.add(folder, arcname=FOLDER)
    return stream.getvalue()


def test_a_missing_file_is_downloaded_with_torchvisions_tools(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = archive(root / FOLDER)
    asked = []

    def download_url(url: str, folder: str, filename: str, md5: str) -> None:
        asked.append((url, md5))
        (Path(folder) / filename).write_bytes(packed)

    monkeypatch.setattr(torchvision.datasets.utils, "download_url", download_url)
    fresh = tmp_path_factory.mktemp("fresh")
    loaded = load(fresh, "train", download_cifar10)
    assert loaded.fingerprint == load(root, "train").fingerprint
    assert asked == [("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530")]
    assert [path.name for path in fresh.iterdir()] == [FOLDER]
    assert sorted(path.name for path in (fresh / FOLDER).iterdir()) == sorted(FILES["train"] + FILES["test"])


def test_what_is_there_is_not_downloaded_over(root: Path) -> None:
    def download(dataset: Dataset, folder: Path) -> None:
        (folder / FOLDER).mkdir()
        for seed, name in enumerate(FILES["train"] + FILES["test"]):
            (folder / FOLDER / name).write_bytes(records(seed))

    wanted = load(root, "train").fingerprint
    (root / FOLDER / "data_batch_2.bin").unlink()
    (root / FOLDER / "notes.txt").write_text("mine")
    assert load(root, "train", download).fingerprint == wanted
    assert (root / FOLDER / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("error", [OSError("no network\nat all"), RuntimeError("")], ids=["reason", "no reason"])
def test_a_download_that_dies_half_way_leaves_nothing_behind(tmp_path: Path, error: Exception) -> None:
    def download(dataset: Dataset, folder: Path) -> None:
        (folder / FOLDER).mkdir()
        (folder / FOLDER / "data_batch_1.bin").write_bytes(b"half of it")
        raise error

    with pytest.raises(UserError) as refusal:
        load(tmp_path, "train", download)
    sentence = str(refusal.value)
    assert "data_batch_1.bin is missing and CIFAR-10 could not be downloaded" in sentence and "\n" not in sentence
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_torchvision_is_not_asked_for_its_pickles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any, **options: Any) -> NDArray[np.uint8]:
        raise AssertionError("torchvision.datasets.CIFAR10 reads pickles")

    monkeypatch.setattr(torchvision.datasets.CIFAR10, "__init__", refuse)
    monkeypatch.setattr(torchvision.datasets.utils, "download_and_extract_archive", lambda *args, **options: None)
    with pytest.raises(UserError, match="still missing"):
        load(tmp_path, "train", download_cifar10)
