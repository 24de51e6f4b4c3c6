"""IDX files: the bundled ones as published, and every way in which a file can be wrong."""

import gzip
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torchvision.datasets
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gan.datasets import DATASETS, Dataset, Split, SplitName, download_with_torchvision, load_split
from gan.errors import UserError
from gan.idx_files import IDX_LAYOUTS, IdxFile, IdxLayout, load_idx

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
COUNT = 12


def _idx(array: NDArray[np.uint8]) -> bytes:
    """The IDX format as its author describes it: the magic number, each dimension in 32 bits, then the data."""
    magic = 0x0800 + array.ndim
    return b"".join(number.to_bytes(4, "big") for number in (magic, *array.shape)) + array.tobytes()


@pytest.fixture
def contents() -> dict[str, bytes]:
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (COUNT, 28, 28), dtype=np.uint8)
    return {IMAGES: _idx(images), LABELS: _idx(np.arange(COUNT, dtype=np.uint8) % 10)}


@pytest.fixture
def layout(contents: dict[str, bytes]) -> IdxLayout:
    shapes = {IMAGES: (COUNT, 28, 28), LABELS: (COUNT,)}
    images, labels = (IdxFile(name, shapes[name], hashlib.sha256(contents[name]).hexdigest()) for name in shapes)
    return IdxLayout("Tiny", {"train": (images, labels)})


@pytest.fixture
def folder(tmp_path: Path, contents: dict[str, bytes]) -> Path:
    folder = tmp_path / "Tiny" / "raw"
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
    return folder


def _no_download(dataset: Dataset, root: Path) -> None:
    raise AssertionError("there was nothing to download")


def _load(layout: IdxLayout, root: Path, download: Callable[[Dataset, Path], None] = _no_download) -> Split:
    return load_idx(DATASETS["mnist"], "train", root, download, layout)


def _refusal(layout: IdxLayout, root: Path, download: Callable[[Dataset, Path], None] = _no_download) -> str:
    with pytest.raises(UserError) as refusal:
        _load(layout, root, download)
    sentence = str(refusal.value)
    assert "\n" not in sentence and sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_the_bundled_files_are_the_published_ones(name: str, split: SplitName, count: int) -> None:
    loaded = load_split(DATASETS[name], split, download=_no_download)
    assert loaded.images.shape == (count, 1, 28, 28)
    assert (loaded.images.dtype, loaded.labels.dtype) == (np.uint8, np.uint16)
    assert loaded.labels.shape == (count,)
    assert len(loaded.fingerprint) == 64
    if name == "fashion-mnist":
        assert np.bincount(loaded.labels).tolist() == [count // 10] * 10


def test_mnists_test_split_has_the_published_number_of_each_digit() -> None:
    labels = load_split(DATASETS["mnist"], "test").labels
    assert np.bincount(labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]


def test_gzipped_and_plain_files_are_read_alike(layout: IdxLayout, folder: Path, contents: dict[str, bytes]) -> None:
    gzipped = _load(layout, folder.parent.parent)
    for name, content in contents.items():
        (folder / f"{name}.gz").unlink()
        (folder / name).write_bytes(content)
    plain = _load(layout, folder.parent.parent)
    assert np.array_equal(gzipped.images, plain.images)
    assert plain.images.tobytes() == contents[IMAGES][16:]
    assert plain.labels.astype(np.uint8).tobytes() == contents[LABELS][8:]
    plain.images[0] = 0  # pictures can be written to, as torch wants it


def _altered(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda good: gzip.compress(good)[:-20], "truncated"),
        (lambda good: gzip.compress(good)[:5], "truncated"),
        (lambda good: b"", "not an IDX file"),
        (lambda good: good, "damaged"),
        (lambda good: gzip.compress(good[:-1]), "shorter"),
        (lambda good: gzip.compress(good + b"\0"), "longer"),
        (lambda good: gzip.compress(_altered(good)), "SHA-256"),
        (lambda good: gzip.compress(good.replace(b"\x00\x00\x00\x1c", b"\x00\x00\x00\x1d", 1)), "12×28×28"),
        (lambda good: gzip.compress(b"\xff" + good[1:]), "not an IDX file"),
        (lambda good: gzip.compress(b"hello"), "not an IDX file"),
    ],
    ids=["cut", "cut in the header", "empty", "not gzip", "short", "long", "altered", "shape", "magic", "text"],
)
def test_a_wrong_file_is_named_and_left_as_it_is(
    layout: IdxLayout, folder: Path, contents: dict[str, bytes], damage: Callable[[bytes], bytes], problem: str
) -> None:
    path = folder / f"{IMAGES}.gz"
    path.write_bytes(damage(contents[IMAGES]))
    before = path.read_bytes()
    sentence = _refusal(layout, folder.parent.parent)
    assert str(path) in sentence
    assert problem in sentence
    assert path.read_bytes() == before
    assert len(list(folder.iterdir())) == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0), flip=st.integers(1, 255))
def test_no_flipped_byte_gets_past(layout: IdxLayout, folder: Path, position: int, flip: int) -> None:
    path = folder / f"{LABELS}.gz"
    good = path.read_bytes()
    damaged = bytearray(good)
    damaged[position % len(good)] ^= flip
    path.write_bytes(damaged)
    try:
        # Some bytes of gzip's own header, such as its time stamp, mean nothing.
        labels = _load(layout, folder.parent.parent).labels
    except UserError as error:
        assert str(path) in str(error)
    else:
        assert labels.tolist() == [index % 10 for index in range(COUNT)]
    finally:
        path.write_bytes(good)


def test_a_missing_file_is_downloaded(layout: IdxLayout, tmp_path: Path, contents: dict[str, bytes]) -> None:
    def download(wanted: Dataset, root: Path) -> None:
        raw = root / layout.folder / "raw"
        raw.mkdir(parents=True)
        for name, content in contents.items():
            (raw / f"{name}.gz").write_bytes(gzip.compress(content))
            (raw / name).write_bytes(content)  # torchvision unpacks what it downloads

    loaded = _load(layout, tmp_path, download)
    assert loaded.images.tobytes() == contents[IMAGES][16:]
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [f"{IMAGES}.gz", f"{LABELS}.gz"]
    assert [path.name for path in (tmp_path / "Tiny").iterdir()] == ["raw"]


@pytest.mark.parametrize("error", [OSError("no network\nat all"), RuntimeError("")], ids=["reason", "no reason"])
def test_a_download_that_dies_half_way_leaves_nothing_behind(
    layout: IdxLayout, tmp_path: Path, error: Exception
) -> None:
    def download(wanted: Dataset, root: Path) -> None:
        raw = root / layout.folder / "raw"
        raw.mkdir(parents=True)
        (raw / f"{IMAGES}.gz").write_bytes(b"half of it")
        raise error

    sentence = _refusal(layout, tmp_path, download)
    assert f"{IMAGES}.gz" in sentence
    assert "no network" in sentence or "RuntimeError" in sentence
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_ctrl_c_during_a_download_leaves_nothing_behind(layout: IdxLayout, tmp_path: Path) -> None:
    def download(wanted: Dataset, root: Path) -> None:
        (root / "half").write_bytes(b"half of it")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _load(layout, tmp_path, download)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_download_without_the_file_is_said(layout: IdxLayout, tmp_path: Path) -> None:
    assert f"{IMAGES}.gz is still missing" in _refusal(layout, tmp_path, lambda wanted, root: None)


def test_a_root_that_can_not_be_written_is_said(layout: IdxLayout, tmp_path: Path) -> None:
    (tmp_path / layout.folder).write_bytes(b"")
    assert f"{IMAGES}.gz" in _refusal(layout, tmp_path)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_torchvision_is_asked_for_the_class_of_that_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []
    real_class = getattr(torchvision.datasets, IDX_LAYOUTS[name].folder)
    monkeypatch.setattr(real_class, "download", lambda self: asked.append((self.raw_folder, True)))
    with pytest.raises(RuntimeError, match="not found"):  # torchvision looks for what was not downloaded
        download_with_torchvision(DATASETS[name], tmp_path)
    assert asked == [(str(tmp_path / IDX_LAYOUTS[name].folder / "raw"), True)]
    # The files it would fetch are the files we look for.
    published = {resource[0] for resource in real_class.resources}
    assert published == {f"{file.name}.gz" for files in IDX_LAYOUTS[name].files.values() for file in files}
