"""What the classes of a generator's fakes say about it; no torch."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def class_entropy(counts: Sequence[int]) -> float:
    """Returns the entropy of class counts in bits.

    It is 0 where all pictures are of one class or there are none, log₂ of the number of classes where all are equal.
    """
    present = np.array([count for count in counts if count > 0], np.float64)
    shares = present / present.sum()
    return abs(float((shares * np.log2(shares)).sum()))


def class_entropy_share(counts: Sequence[int]) -> float:
    """Returns the entropy of class counts as a share of the most it can be; 1 where there is but one class."""
    return class_entropy(counts) / float(np.log2(len(counts))) if len(counts) > 1 else 1.0


def mode_count(counts: Sequence[int]) -> int:
    """Returns how many classes at least one picture is of (Metz et al. 2017, of Stacked MNIST's 1,000)."""
    return sum(count > 0 for count in counts)


def kl_from_uniform(counts: Sequence[int]) -> float:
    """Returns the divergence KL(shares ‖ equal shares) of class counts in nats (ibid.): log n where all are of one.

    What chance leaves of it, and unequal classes of the pictures themselves, docs/training.md says.
    """
    return (math.log2(len(counts)) - class_entropy(counts)) * math.log(2)


def conditional_accuracy(judged: NDArray[np.integer], asked: NDArray[np.integer]) -> float:
    """Returns the share of fakes whose judged class, int (n,), is the one that was asked for, int (n,).

    Raises ValueError where there is none, or not one class asked for each fake.
    """
    if len(judged) == 0 or judged.shape != asked.shape:
        raise ValueError(f"{judged.shape} classes judged, {asked.shape} asked for")
    return float((judged == asked).mean())
