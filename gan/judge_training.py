"""Training a judge: `python -m gan.judge --dataset mnist` does it, and keeps it in checkpoints/judges/."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from gan.checkpoint import half_precision, write_tensors
from gan.datasets import DATASETS, Split, load_split
from gan.errors import UserError
from gan.feature_distances import fit_gaussian
from gan.judge import Judge, JudgeNetwork, in_batches, judge_path
from gan.networks import to_unit_range

# What a judge must reach on the test pictures before it may be shipped.
REQUIRED_ACCURACY = {"mnist": 0.994, "fashion-mnist": 0.93}


def train_judge(train: Split, mirrorable: bool, epochs: int, seed: int, report: Callable[[str], None]) -> JudgeNetwork:
    """Returns a network trained on shifted (and, where that keeps the meaning, mirrored) pictures."""
    torch.manual_seed(seed)
    network = JudgeNetwork()
    images, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels).long()
    batch_size = 128
    steps = len(images) // batch_size
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.02, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=4e-3, total_steps=steps * epochs)
    for epoch in range(epochs):
        right = 0
        for chosen in torch.randperm(len(images))[: steps * batch_size].view(steps, batch_size):
            batch = _augmented(to_unit_range(images[chosen]), mirrorable)
            with torch.autocast("cpu", torch.bfloat16):
                logits = network(batch.to(memory_format=torch.channels_last))
                loss = F.cross_entropy(logits, labels[chosen], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
            optimizer.step()
            schedule.step()
            right += int((logits.argmax(dim=1) == labels[chosen]).sum())
        share = right / (steps * batch_size)
        report(f"epoch {epoch + 1} of {epochs}: {share:.2%} of the training pictures right")
    return network.eval().requires_grad_(False)


def _augmented(images: Tensor, mirrorable: bool) -> Tensor:
    """Shifts each picture by up to two pixels, and mirrors half of them where they are mirrorable."""
    padded = F.pad(images, (2, 2, 2, 2), value=-1.0)
    windows = padded.unfold(2, images.shape[2], 1).unfold(3, images.shape[3], 1)
    rows, columns = torch.randint(0, 5, (2, len(images)))
    shifted = windows[torch.arange(len(images)), :, rows, columns]
    if mirrorable:
        flip = torch.rand(len(images), 1, 1, 1) < 0.5
        shifted = torch.where(flip, shifted.flip(3), shifted)
    return shifted


def make_judge(dataset: str, network: JudgeNetwork, train: Split, test: Split) -> Judge:
    """Returns the trained network with what it measures of the real pictures."""
    # In half precision, as it will be loaded: the floor must be the floor of the very network that is shipped.
    network.load_state_dict(half_precision(network))
    features = fit_gaussian(in_batches(network.trunk, test.images).double().numpy())
    guesses = in_batches(network, test.images).argmax(dim=1).numpy()
    accuracy = float((guesses == test.labels).mean())
    judge = Judge(dataset, network, features, 0.0, accuracy)
    floor = judge.distance(train.images[: len(test.images)])
    return Judge(dataset, network, features, floor, accuracy)


def write_judge(path: Path, judge: Judge) -> None:
    """Writes a judge: weights in half precision, the test pictures' statistics in float64."""
    tensors = half_precision(judge.network)
    tensors["test.mean"] = torch.from_numpy(judge.test_features.mean)
    tensors["test.covariance"] = torch.from_numpy(judge.test_features.covariance)
    metadata = {"kind": "judge", "dataset": judge.dataset, "floor": judge.floor, "accuracy": judge.accuracy}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_tensors(path, tensors, metadata)


@dataclass(frozen=True, slots=True)
class JudgeOptions:
    """Train the judge of a dataset and keep it where the game and the trainer look for it."""

    dataset: Literal["mnist", "fashion-mnist"] = "mnist"
    """Whose judge to train."""
    epochs: int = 14
    """Passes over the training pictures."""
    seed: int = 0
    """Fixes the first weights and the order of the pictures."""
    out: Path | None = None
    """File to write; by default checkpoints/judges/<dataset>.safetensors."""
    data_root: Path | None = None
    """A folder in torchvision's layout to read the dataset from."""


def main(options: JudgeOptions) -> int:
    """Trains and writes a judge; returns 0 where it is as good as a judge must be, 1 where it is not."""
    if options.epochs < 1:
        raise UserError(f"--epochs is {options.epochs}; give 1 or more.")
    if not 0 <= options.seed < 2**32:
        raise UserError(f"--seed is {options.seed}; give a whole number from 0 to 4294967295.")
    dataset = DATASETS[options.dataset]
    train = load_split(dataset, "train", options.data_root)
    test = load_split(dataset, "test", options.data_root)
    network = train_judge(train, dataset.mirrorable, options.epochs, options.seed, report=partial(print, flush=True))
    judge = make_judge(options.dataset, network, train, test)
    required = REQUIRED_ACCURACY[options.dataset]
    print(f"test accuracy {judge.accuracy:.2%} (a judge needs {required:.2%}), floor {judge.floor:.3f}")
    if judge.accuracy < required:
        print("Not written: train for more epochs or with another seed.")
        return 1
    path = options.out or judge_path(options.dataset)
    write_judge(path, judge)
    print(f"wrote {path}")
    return 0
