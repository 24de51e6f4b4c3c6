"""The real pictures that a folder's run carries with it: written by training, read with distrust."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_folders import write_pictures

from gan.checkpoint import write_tensors
from gan.config import PROJECT_ROOT
from gan.datasets import find_dataset, load_split
from gan.errors import UserError
from gan.held_out import MAX_CARRIED, read_held_out, write_held_out
from gan.run_check import check_run
from gan.run_log import held_out_path, read_record

GREY = torch.zeros(3, 1, 28, 28, dtype=torch.uint8)
KIND = {"kind": "held-out"}
TINY = ("--generator-width", "4", "--discriminator-width", "4", "--latent-size", "4", "--precision", "float32")


@pytest.mark.parametrize("shape", [(5, 1, 28, 28), (1, 3, 64, 64), (MAX_CARRIED, 3, 32, 32)])
def test_what_was_written_is_read(tmp_path: Path, shape: tuple[int, ...]) -> None:
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    labels = np.arange(shape[0], dtype=np.uint16) % 7
    write_held_out(tmp_path / "a", images, labels)
    assert np.array_equal(read_held_out(tmp_path / "a").images, images)
    assert np.array_equal(read_held_out(tmp_path / "a").labels, labels)
    write_held_out(tmp_path / "b", images)
    assert not read_held_out(tmp_path / "b").labels.any()


@pytest.mark.parametrize(
    ("tensors", "metadata"),
    [
        ({"images": GREY}, {"kind": "judge"}),
        ({"images": GREY}, {}),
        ({}, KIND),
        ({"images": GREY, "more": GREY.clone()}, KIND),
        ({"images": GREY.float()}, KIND),
        ({"images": GREY[:0]}, KIND),
        ({"images": GREY[0]}, KIND),
        ({"images": GREY.expand(3, 2, 28, 28)}, KIND),
        ({"images": torch.zeros(1, 1, 28, 32, dtype=torch.uint8)}, KIND),
        ({"images": torch.zeros(1, 1, 512, 512, dtype=torch.uint8)}, KIND),
        ({"images": torch.zeros(MAX_CARRIED + 1, 1, 28, 28, dtype=torch.uint8)}, KIND),
        ({"images": GREY, "labels": torch.zeros(2, dtype=torch.int64)}, KIND),
        ({"images": GREY, "labels": torch.zeros(3)}, KIND),
        ({"images": GREY, "labels": torch.tensor([0, -1, 0])}, KIND),
        ({"images": GREY, "labels": torch.tensor([0, 1000, 0])}, KIND),
    ],
)
def test_anything_else_is_refused_in_one_sentence(
    tmp_path: Path, tensors: dict[str, torch.Tensor], metadata: dict[str, object]
) -> None:
    path = tmp_path / "held-out.safetensors"
    write_tensors(path, tensors, metadata)
    with pytest.raises(UserError, match=str(path)):
        read_held_out(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match="damaged"):
        read_held_out(path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was trained on a folder, for a moment; the folder is beside it."""
    place = tmp_path_factory.mktemp("folder-run")
    folder = write_pictures(place / "my drawings")
    arguments = ("--dataset", f"folder:{folder}", "--kimg", "2", "--conditional", "--out", str(place / "run"), *TINY)
    done = subprocess.run(
        [sys.executable, "train.py", *arguments],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return place / "run"


def test_training_keeps_what_it_did_not_train_on_with_its_classes(trained: Path) -> None:
    record, held_out = read_record(trained), read_held_out(held_out_path(trained))
    dataset = find_dataset(record.config.dataset, record.config.image_size, record.config.channels)
    kept, train = load_split(dataset, "test"), load_split(dataset, "train")
    assert record.held_out_count == len(kept.images) == 12
    assert record.class_names == ["class 0", "class 1"]
    assert np.array_equal(held_out.images, kept.images)
    assert np.array_equal(held_out.labels, kept.labels)
    assert not {picture.tobytes() for picture in held_out.images} & {picture.tobytes() for picture in train.images}


def test_a_whole_run_is_good_and_one_put_together_wrongly_is_not(trained: Path) -> None:
    assert check_run(trained, lambda share, text: None).held_out_count == 12
    path = held_out_path(trained)
    good, content = read_held_out(path), path.read_bytes()
    try:
        write_held_out(path, good.images[:11], good.labels[:11])
        with pytest.raises(UserError, match="other pictures than run"):
            check_run(trained, lambda share, text: None)
        write_held_out(path, good.images, good.labels + 1)
        with pytest.raises(UserError, match="a class that run"):
            check_run(trained, lambda share, text: None)
    finally:
        path.write_bytes(content)


def test_a_resumed_run_writes_what_is_missing(trained: Path) -> None:
    held_out_path(trained).unlink()
    command = [sys.executable, "train.py", "--resume", str(trained), "--kimg", "3"]
    subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, check=True, timeout=120)
    assert len(read_held_out(held_out_path(trained)).images) == read_record(trained).held_out_count == 12
