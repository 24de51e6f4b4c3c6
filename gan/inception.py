"""Features of the Inception network by the published protocol of the FID (Heusel et al. 2017).

They need the package torch-fidelity, which is optional, and its file of weights.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from gan.errors import UserError

WEIGHTS_NAME = "weights-inception-2015-12-05-6726825d.pth"
WEIGHTS_SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
_FEATURES = "2048"
_BATCH_SIZE = 50


def load_inception(weights: Path, device: torch.device) -> nn.Module:
    """Returns the network whose features the FID compares; raises UserError where the package or the file is wrong.

    The file is a pickle, which could run anything: none but the published one is handed to torch-fidelity.
    """
    try:
        from torch_fidelity import FeatureExtractorInceptionV3
    except ImportError as error:
        raise UserError(
            f"--inception-weights needs the package torch-fidelity ({error}); run `pip install torch-fidelity`."
        ) from error
    try:
        with weights.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UserError(
            f"--inception-weights {weights} can't be read ({error.strerror or error}); "
            f"name the file {WEIGHTS_NAME} of torch-fidelity's releases."
        ) from error
    if digest != WEIGHTS_SHA256:
        raise UserError(
            f"--inception-weights {weights} is not the published file (its SHA-256 differs); "
            f"name the file {WEIGHTS_NAME} of torch-fidelity's releases."
        )
    extractor: nn.Module = FeatureExtractorInceptionV3(
        "inception-v3-compat", [_FEATURES], feature_extractor_weights_path=str(weights)
    )
    # Twice as fast on a CPU; the features differ by rounding.
    return extractor.to(device).to(memory_format=torch.channels_last)


@torch.inference_mode()
def inception_features(
    extractor: Callable[[torch.Tensor], Any],
    images: NDArray[np.uint8],
    device: torch.device,
    on_batch: Callable[[int], None],
) -> NDArray[np.float64]:
    """Returns features, float64 (N, 2048), of pictures, uint8 (N, 1 or 3, height, width).

    `extractor` is one of torch-fidelity's, asked for one kind of feature. `on_batch` is told how many come next.
    """
    features = []
    for start in range(0, len(images), _BATCH_SIZE):
        batch = in_colour(images[start : start + _BATCH_SIZE])
        on_batch(len(batch))
        (found,) = extractor(torch.from_numpy(batch).to(device))
        # In this order: Apple's graphics cards have no double precision.
        features.append(found.cpu().double().numpy())
    return np.concatenate(features)


def in_colour(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns pictures, uint8 (N, 1 or 3, height, width), with three channels: grey ones repeat their own."""
    return np.repeat(images, 3, axis=1) if images.shape[1] == 1 else images
