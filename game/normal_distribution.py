"""The standard normal distribution with its ends: what lies below and above everything."""

from math import inf
from statistics import NormalDist

STANDARD = NormalDist()
Z_OF_95_PER_CENT = STANDARD.inv_cdf(0.975)


def normal_quantile(probability: float) -> float:
    """Returns z(p), below which the standard normal distribution has the share p; −∞ for 0 and ∞ for 1.

    Raises ValueError unless 0 ≤ probability ≤ 1.
    """
    if not 0 <= probability <= 1:
        raise ValueError(f"A probability lies between 0 and 1, not at {probability}.")
    if probability in (0, 1):
        return inf if probability else -inf
    return STANDARD.inv_cdf(probability)
