"""Whether a generator copies: do its fakes lie nearer to the training pictures than new real pictures do? No torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gan.nearest_neighbours import nearest

# Of the held-out pictures: what is nearer to a training picture than this share of them is suspicious.
NEAREST_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Memorisation:
    """Distances to the nearest training picture, of fakes and of held-out real pictures, compared.

    `nearer_share`: the share of fakes that are nearer than the 1 % nearest held-out pictures; 0.01 without copying.
    `nearer_probability`: how likely a fake is nearer than a held-out picture, 0.5 without copying, ties half (Meehan
    et al. 2020, by Mann & Whitney's U). Fakes that are smoother than real pictures lie nearer without being copies.
    """

    fake_median: float
    held_out_median: float
    nearer_share: float
    nearer_probability: float


def distances_in_pixels(images: NDArray[np.uint8], training_images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Returns how far each picture is from the nearest training picture: root mean square of grey levels, float64 (n,).

    Both are uint8, (n, channels, height, width) and (m, channels, height, width).
    """
    size = int(np.prod(images.shape[1:]))
    _, distances = nearest(images.reshape(-1, size), training_images.reshape(-1, size))
    root_mean_squares: NDArray[np.float64] = distances / np.sqrt(size)
    return root_mean_squares


def distances_in_features(features: NDArray[np.float64], training_features: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns how far each feature vector (n, d) is from the nearest of the training pictures' (m, d), float64 (n,)."""
    return nearest(features, training_features)[1]


def compare_distances(fake: NDArray[np.float64], held_out: NDArray[np.float64]) -> Memorisation:
    """Returns what distances to the nearest training picture say, of fakes (n,) and of held-out pictures (m,)."""
    ordered = np.sort(held_out)
    # Held-out pictures that are nearer than each fake, those at the same distance counted half.
    nearer = (np.searchsorted(ordered, fake, "left") + np.searchsorted(ordered, fake, "right")) / 2
    return Memorisation(
        fake_median=float(np.median(fake)),
        held_out_median=float(np.median(held_out)),
        nearer_share=float((fake < np.quantile(held_out, NEAREST_SHARE)).mean()),
        nearer_probability=float(1 - nearer.mean() / len(held_out)),
    )
