"""The judge: a small frozen classifier per dataset; it names classes and measures distances.

`python -m gan.judge --dataset mnist` trains it into checkpoints/judges/ (gan/judge_training.py).
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

from gan.checkpoint import load_weights, read_tensors
from gan.config import CHECKPOINTS_ROOT
from gan.dataset import Dataset
from gan.errors import UserError
from gan.feature_distances import Gaussian, fit_gaussian, frechet_distance
from gan.networks import to_unit_range
from gan.stacked_mnist import STACKED_FLOOR, STACKED_MNIST

FEATURE_SIZE = 128
CLASS_COUNT = 10
# Small enough for a core's cache: 250 pictures at once take half as long again.
_BATCH_SIZE = 50


class JudgeNetwork(nn.Module):
    """Pictures (N, 1, 28, 28) in [−1, 1] become features (N, 128) and, from those, logits (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(
            *_convolution(1, 32, 5),
            nn.MaxPool2d(2),
            *_convolution(32, 64, 3),
            *_convolution(64, 64, 3),
            nn.MaxPool2d(2),
            *_convolution(64, 128, 3),
            nn.Flatten(),
            nn.Dropout(0.4),
            nn.Linear(128 * 7 * 7, FEATURE_SIZE, bias=False),
            # Features are taken before the rectifier: the Fréchet distance assumes normal ones.
            nn.BatchNorm1d(FEATURE_SIZE),
        )
        self.head = nn.Sequential(nn.ReLU(), nn.Dropout(0.4), nn.Linear(FEATURE_SIZE, CLASS_COUNT))
        # The layout in which convolutions are fastest, on CPUs by a third.
        self.to(memory_format=torch.channels_last)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.trunk(images))  # type: ignore[no-any-return]  # nn.Module calls are untyped


def _convolution(inputs: int, outputs: int, kernel: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge finds in a crowd of pictures: its distance, and how many of them are of each class."""

    distance: float
    class_counts: list[int]


@dataclass(frozen=True, slots=True)
class Judge:
    """A trained judge, the test pictures' features as it sees them, and the floor of its distance.

    The floor is the distance of 10,000 training pictures from the test pictures: what a perfect forger would score.
    Where `stack` is above 1, each channel of a picture is one of so many pictures on which the judge was trained: its
    features are theirs side by side, and its class has theirs as digits.
    """

    dataset: str
    network: JudgeNetwork
    test_features: Gaussian
    floor: float
    accuracy: float
    stack: int = 1

    @property
    def class_count(self) -> int:
        """How many classes it tells apart."""
        return int(CLASS_COUNT**self.stack)

    def distance(self, images: NDArray[np.uint8]) -> float:
        """Returns the Fréchet distance of pictures, uint8 (N, stack, 28, 28), from the test pictures."""
        return frechet_distance(fit_gaussian(self.features(images)), self.test_features)

    def features(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Returns features, float64 (N, stack · 128), of pictures, uint8 (N, stack, 28, 28)."""
        features = in_batches(self.network.trunk, self._apart(images)).double().numpy()
        return features.reshape(len(images), self.stack * FEATURE_SIZE)

    def class_probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Returns the probability of each class, float32 (N, class_count), of pictures, uint8 (N, stack, 28, 28)."""
        apart = in_batches(self.network, self._apart(images)).softmax(dim=1).numpy()
        digits = apart.reshape(len(images), self.stack, CLASS_COUNT)
        probabilities = digits[:, 0]
        for place in range(1, self.stack):
            probabilities = (probabilities[:, :, None] * digits[:, place, None, :]).reshape(len(images), -1)
        return probabilities

    def features_and_classes(self, images: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Returns the features, float64 (N, stack · 128), and the most probable classes, int64 (N,), of one pass."""
        features = in_batches(self.network.trunk, self._apart(images))
        device = next(self.network.parameters()).device
        with torch.inference_mode():
            digits = self.network.head(features.to(device)).argmax(dim=1).cpu().numpy()
        classes = digits.reshape(len(images), self.stack) @ CLASS_COUNT ** np.arange(self.stack)[::-1]
        return features.double().numpy().reshape(len(images), self.stack * FEATURE_SIZE), classes

    def measure(self, images: NDArray[np.uint8]) -> Judgement:
        """Returns both the distance and the number of pictures in each class, at the price of one pass."""
        features, classes = self.features_and_classes(images)
        distance = frechet_distance(fit_gaussian(features), self.test_features)
        return Judgement(distance, np.bincount(classes, minlength=self.class_count).tolist())

    def _apart(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return images.reshape(-1, 1, *images.shape[2:])


def stacked(judge: Judge, dataset: str, stack: int, floor: float) -> Judge:
    """Returns a judge of pictures that have `stack` independent pictures of another judge as their channels.

    As they are independent, the features' mean is that of one, repeated, and their covariance is that of one in blocks.
    """
    one = judge.test_features
    features = Gaussian(np.tile(one.mean, stack), np.kron(np.eye(stack), one.covariance).astype(np.float64))
    return Judge(dataset, judge.network, features, floor, judge.accuracy**stack, stack)


@torch.inference_mode()
def in_batches(network: nn.Module, images: NDArray[np.uint8]) -> Tensor:
    """Returns what a network makes of pictures, uint8 (N, 1, 28, 28), float32 (N, …) on the CPU."""
    device = next(network.parameters()).device
    outputs = torch.empty(0, FEATURE_SIZE)
    for start in range(0, len(images), _BATCH_SIZE):
        batch = network(to_unit_range(torch.from_numpy(images[start : start + _BATCH_SIZE]).to(device)))
        if start == 0:
            # One tensor for all: small ones, kept among large ones that come and go, leave a gigabyte of holes.
            outputs = torch.empty(len(images), batch.shape[1])
        outputs[start : start + len(batch)] = batch
    return outputs


def judge_path(dataset: str, folder: Path = CHECKPOINTS_ROOT / "judges") -> Path:
    """Returns where the judge of a dataset is kept."""
    return folder / f"{dataset}.safetensors"


def load_judge(dataset: str, path: Path | None = None, device: torch.device | None = None) -> Judge:
    """Returns the judge in evaluation mode; raises UserError where its file is missing or wrong."""
    path = path or judge_path(dataset)
    tensors, metadata = read_tensors(path)
    mean, covariance = tensors.pop("test.mean", None), tensors.pop("test.covariance", None)
    floor, accuracy = metadata.get("floor"), metadata.get("accuracy")
    if (
        metadata.get("kind") != "judge"
        or metadata.get("dataset") != dataset
        or not isinstance(floor, float)
        or not isinstance(accuracy, float)
        or not math.isfinite(floor)
        or not _is_finite(mean, (FEATURE_SIZE,))
        or not _is_finite(covariance, (FEATURE_SIZE, FEATURE_SIZE))
    ):
        raise UserError(
            f"{path} is not a judge of {dataset}; restore it, or run `python -m gan.judge --dataset {dataset}`."
        )
    network = JudgeNetwork()
    load_weights(network, tensors, path)
    network.eval().requires_grad_(False)
    network.trunk = _fused(network.trunk)
    if device is not None:
        network.to(device)
    features = Gaussian(mean.numpy(), covariance.numpy())
    return Judge(dataset, network, features, floor, accuracy)


def find_judge(dataset: Dataset, device: torch.device | None = None) -> Judge | None:
    """Returns the judge that measures a dataset, None where there is none; raises UserError as `load_judge` does."""
    if not dataset.judge or not judge_path(dataset.judge).is_file():
        return None
    judge = load_judge(dataset.judge, device=device)
    if dataset.name == STACKED_MNIST.name:
        return stacked(judge, dataset.name, dataset.channels, STACKED_FLOOR)
    return judge


def _fused(layers: nn.Sequential) -> nn.Sequential:
    """Returns layers that give the same in half the time: a batch norm is part of the layer that it follows."""
    fused = list[nn.Module]()
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d) and isinstance(fused[-1], nn.Conv2d):
            fused[-1] = fuse_conv_bn_eval(fused[-1], layer)
        elif isinstance(layer, nn.BatchNorm1d) and isinstance(fused[-1], nn.Linear):
            fused[-1] = fuse_linear_bn_eval(fused[-1], layer)
        elif not isinstance(layer, nn.Dropout):
            fused.append(layer)
    return nn.Sequential(*fused).eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _is_finite(tensor: Tensor | None, shape: tuple[int, ...]) -> TypeGuard[Tensor]:
    return (
        tensor is not None and tensor.shape == shape and tensor.dtype == torch.float64 and bool(tensor.isfinite().all())
    )


if __name__ == "__main__":
    import sys

    from gan.command_line import run_command
    from gan.judge_training import JudgeOptions, main

    sys.exit(run_command(JudgeOptions, main, "python -m gan.judge"))
