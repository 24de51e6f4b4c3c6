"""Stacked MNIST: three digits as red, green and blue, 1,000 classes; the standard test of mode collapse.

Introduced by Metz et al. 2017 (Unrolled GAN); VEEGAN (Srivastava et al. 2017) counts the classes among 26,000 fakes,
and so does PacGAN (Lin et al. 2018), which trains on 128,000 pictures, as here.
"""

import hashlib

import numpy as np

from gan.dataset import Dataset, Split, SplitName

STACKED_MNIST = Dataset(
    name="stacked-mnist",
    title="Stacked MNIST",
    class_names=tuple(f"{number:03}" for number in range(1000)),
    mirrorable=False,
    image_size=28,
    channels=3,
    judge="mnist",
    test_count=10_000,
)
# The judge distance of 10,000 of its training pictures from the test digits, side by side (tests/test_judge.py).
STACKED_FLOOR = 0.328
PICTURE_COUNTS: dict[SplitName, int] = {"train": 128_000, "test": 10_000}
_SEEDS: dict[SplitName, int] = {"train": 0, "test": 1}


def stack_digits(digits: Split, split: SplitName) -> Split:
    """Returns pictures, uint8 (count, 3, 28, 28), made of MNIST's split; a class is 100·red + 10·green + blue."""
    count = PICTURE_COUNTS[split]
    # The raw numbers of PCG64, because NumPy promises them alone to stay as they are; a Generator's draws may change.
    numbers = np.random.PCG64(_SEEDS[split]).random_raw(3 * count).reshape(count, 3)
    # The upper 32 bits as a fraction of 2³²: for 60,000 digits no digit is likelier than another by more than 2⁻¹⁶.
    chosen = ((numbers >> np.uint64(32)) * np.uint64(len(digits.images))) >> np.uint64(32)
    labels = digits.labels[chosen] @ np.array([100, 10, 1], np.uint16)
    content = hashlib.sha256(f"stacked-mnist {digits.fingerprint}".encode())
    content.update(chosen.astype("<u8").tobytes())
    return Split(digits.images[chosen, 0], labels, content.hexdigest())
