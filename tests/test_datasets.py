"""Datasets: all by name, and what is said of one that isn't there."""

import subprocess
import sys
from pathlib import Path

import pytest

from gan.config import PROJECT_ROOT
from gan.datasets import DATASETS, Dataset, find_dataset, is_on_this_computer, load_split, refuse_download
from gan.errors import UserError


def no_download(dataset: Dataset, root: Path) -> None:
    raise AssertionError("there was nothing to download")


def test_every_dataset_is_found_by_its_name() -> None:
    assert list(DATASETS) == ["mnist", "fashion-mnist", "stacked-mnist", "cifar10", "celeba"]
    for name, dataset in DATASETS.items():
        assert dataset.name == name
        assert find_dataset(name) is dataset
        assert find_dataset(name, dataset.image_size, dataset.channels) is dataset


def test_the_datasets_are_those_that_were_published() -> None:
    facts = {
        name: (each.image_size, each.channels, len(each.class_names), each.test_count, each.judge)
        for name, each in DATASETS.items()
    }
    assert facts == {
        "mnist": (28, 1, 10, 10_000, "mnist"),
        "fashion-mnist": (28, 1, 10, 10_000, "fashion-mnist"),
        "stacked-mnist": (28, 3, 1000, 10_000, "mnist"),
        "cifar10": (32, 3, 10, 10_000, ""),
        "celeba": (64, 3, 0, 19_962, ""),
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("minst",),
            "There is no dataset minst; choose mnist, fashion-mnist, stacked-mnist, cifar10, celeba or folder:PATH.",
        ),
        (("mnist", 32), "mnist has pictures of 28×28 in grey; leave --image-size out."),
        (("cifar10", 32, 1), "cifar10 has pictures of 32×32 in colour; leave --channels out."),
    ],
)
def test_what_a_dataset_does_not_have_is_said(arguments: tuple[str, int, int], sentence: str) -> None:
    with pytest.raises(UserError) as refusal:
        find_dataset(*arguments)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("name", DATASETS)
def test_a_mistyped_root_is_refused_and_not_made(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="typo") as refusal:
        load_split(DATASETS[name], "train", tmp_path / "typo", no_download)
    assert DATASETS[name].title in str(refusal.value)
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize(
    ("modules", "banned"),
    [
        (["gan.datasets", "gan.run_log", "gan.config", "gan.run_lock"], ["torch", "PIL", "game", "tyro", "rich"]),
        (["gan.training_command", "train"], ["torch", "torchvision", "game"]),
        (["gan.trainer", "gan.judge", "gan.sampler", "gan.progress"], ["game", "pygame", "torchvision"]),
    ],
    ids=["readers", "command", "trainer"],
)
def test_imports_bring_no_more_than_they_should(modules: list[str], banned: list[str]) -> None:
    check = f"import sys, {', '.join(modules)}; print([name for name in {banned} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_what_can_be_had_without_a_download_is_known_by_the_names_of_its_files(tmp_path: Path) -> None:
    for name in ("mnist", "fashion-mnist", "stacked-mnist"):
        assert is_on_this_computer(name)
        assert not is_on_this_computer(name, tmp_path)
    batches = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]
    (tmp_path / "cifar-10-batches-bin").mkdir()
    for name in batches:
        assert not is_on_this_computer("cifar10", tmp_path)
        (tmp_path / "cifar-10-batches-bin" / name).touch()
    assert is_on_this_computer("cifar10", tmp_path)
    (tmp_path / "celeba" / "img_align_celeba").mkdir(parents=True)
    assert not is_on_this_computer("celeba", tmp_path)
    (tmp_path / "celeba" / "list_eval_partition.txt").touch()
    assert is_on_this_computer("celeba", tmp_path)
    assert is_on_this_computer(f"folder:{tmp_path}") and not is_on_this_computer(f"folder:{tmp_path}/nowhere")


def test_a_download_that_nobody_waits_for_is_refused_with_the_command_that_does_it(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is not on this computer; `python train\.py --dataset cifar10 --dry-run`"):
        load_split(DATASETS["cifar10"], "test", tmp_path, refuse_download)
