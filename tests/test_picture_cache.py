"""Decoded pictures are kept for the next time, and what is wrong with the copy is never seen."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_folders import drawing, fill, load

from gan import picture_files

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path / "drawings", range(40))


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
