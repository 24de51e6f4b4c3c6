"""The published FID: only the published weights are ever read, and pictures go in as torch-fidelity wants them."""

import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch_fidelity
from torch_fidelity.feature_extractor_base import FeatureExtractorBase

from gan.errors import UserError
from gan.feature_distances import fit_gaussian, frechet_distance
from gan.inception import WEIGHTS_NAME, WEIGHTS_SHA256, in_colour, inception_features, load_inception

CPU = torch.device("cpu")


class StandIn(FeatureExtractorBase):  # type: ignore[misc]  # torch-fidelity has no types
    """Eight features by a fixed random matrix, of pictures that must be uint8 with three channels."""

    def __init__(self, name: str, features_list: list[str], **options: Any) -> None:
        super().__init__(name, features_list)
        self.matrix = torch.randn(3 * 28 * 28, 8, generator=torch.Generator().manual_seed(0))

    @staticmethod
    def get_provided_features_list() -> tuple[str, ...]:
        return ("8",)

    @staticmethod
    def get_default_feature_layer_for_metric(metric: str) -> str:
        return "8"

    @staticmethod
    def can_be_compiled() -> bool:
        return False

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
        assert images.dtype == torch.uint8 and images.shape[1:] == (3, 28, 28)
        return (images.flatten(1).float() @ self.matrix / 255,)


class Pictures(torch.utils.data.Dataset[torch.Tensor]):
    def __init__(self, images: np.ndarray) -> None:
        self.images = torch.from_numpy(images)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> torch.Tensor:
        return self.images[index].expand(3, -1, -1)


def test_the_distance_is_that_of_torch_fidelity_on_the_same_pictures() -> None:
    random = np.random.default_rng(0)
    real, fake = (random.integers(0, high, (120, 1, 28, 28), np.uint8) for high in (256, 200))
    torch_fidelity.register_feature_extractor("stand-in", StandIn)
    expected = torch_fidelity.calculate_metrics(
        input1=Pictures(real),
        input2=Pictures(fake),
        fid=True,
        feature_extractor="stand-in",
        cuda=False,
        cache=False,
        save_cpu_ram=True,
        verbose=False,
    )["frechet_inception_distance"]
    told: list[int] = []
    extractor = StandIn("stand-in", ["8"])
    features = [inception_features(extractor, images, CPU, told.append) for images in (real, fake)]
    assert features[0].shape == (120, 8) and features[0].dtype == np.float64
    found = frechet_distance(*(fit_gaussian(crowd) for crowd in features))
    assert found == pytest.approx(expected, rel=1e-6)
    assert sum(told) == 240 and len(told) > 2


def test_features_leave_a_graphics_card_before_they_are_doubled() -> None:
    class OnAppleGpu:
        """As PyTorch has it there: no double precision."""

        def double(self) -> torch.Tensor:
            raise TypeError("Cannot convert a MPS Tensor to float64 dtype")

        def cpu(self) -> torch.Tensor:
            return torch.full((2, 8), 0.1)

    images = np.zeros((2, 1, 4, 4), np.uint8)
    features = inception_features(lambda batch: (OnAppleGpu(),), images, CPU, lambda count: None)
    assert (features.dtype, features.tolist()) == (np.float64, torch.full((2, 8), 0.1).tolist())


def test_grey_pictures_repeat_their_channel_and_coloured_ones_stay() -> None:
    grey = np.random.default_rng(1).integers(0, 256, (4, 1, 5, 6), np.uint8)
    assert np.array_equal(in_colour(grey), np.stack([grey[:, 0]] * 3, axis=1))
    coloured = np.random.default_rng(2).integers(0, 256, (4, 3, 5, 6), np.uint8)
    assert np.array_equal(in_colour(coloured), coloured)


def test_without_the_package_one_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(UserError, match=r"needs the package torch-fidelity .*; run `pip install torch-fidelity`\.$"):
        load_inception(tmp_path / WEIGHTS_NAME, CPU)


@pytest.mark.parametrize(("name", "problem"), [("gone.pth", "No such file"), (".", "can't be read")])
def test_weights_that_cannot_be_read_get_one_sentence(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(UserError, match=f"--inception-weights .*{problem}.*; name the file {WEIGHTS_NAME}"):
        load_inception(tmp_path / name, CPU)


def test_no_pickle_but_the_published_one_is_ever_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    weights = tmp_path / WEIGHTS_NAME
    for content in (b"", b"garbage", pickle.dumps(Trap())):
        weights.write_bytes(content)
        with pytest.raises(UserError, match=r"is not the published file \(its SHA-256 differs\); name the file"):
            load_inception(weights, CPU)
    assert not (tmp_path / "sprung").exists()


def test_the_published_file_names_its_own_hash() -> None:
    # PyTorch's convention: the file's name ends in the first eight digits.
    assert len(WEIGHTS_SHA256) == 64
    assert WEIGHTS_NAME.endswith(f"-{WEIGHTS_SHA256[:8]}.pth")
