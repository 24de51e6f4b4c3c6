"""What a discriminator's logits mean: probabilities of being fake, learnt from pictures whose truth is known; no torch.

The logistic regression, with one slope and one intercept, of Platt 1999 (“Probabilistic outputs for support vector
machines”), with his targets; fitted by Newton's method.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOLDS = 10
MAX_STEPS = 100
# Of the gradient's mean over the pictures, for standardised logits.
TOLERANCE = 1e-10

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A picture with a logit is real with probability σ(`slope` · logit + `intercept`); the slope is never below 0."""

    slope: float
    intercept: float

    def fake_probabilities(self, logits: Numbers) -> Numbers:
        """Returns how likely pictures with these logits (n,) are fake, float64 (n,)."""
        return 1 - _logistic(self.slope * logits + self.intercept)


def fit_calibration(real_logits: Numbers, fake_logits: Numbers) -> Calibration:
    """Returns what fits the logits of as many real pictures as fakes, both finite, float64 (n,) for n ≥ 1, best.

    A higher logit never means more fake: where the discriminator does worse than chance, every probability is ½.
    Raises ValueError where there are not as many of one kind as of the other.
    """
    count = len(real_logits)
    if count != len(fake_logits) or count == 0:
        raise ValueError(f"{count} real and {len(fake_logits)} fake logits")
    logits = np.concatenate([real_logits, fake_logits])
    # Bayes's estimate instead of 1 and 0: few pictures that can be told apart are no proof that all can.
    targets = np.repeat([(count + 1) / (count + 2), 1 / (count + 2)], count)
    # A critic's answers may be in the thousands, or differ by thousandths.
    centre, spread = float(logits.mean()), float(logits.std()) or 1.0
    weights = _fit_logistic(np.stack([(logits - centre) / spread, np.ones(2 * count)], axis=1), targets)
    slope = float(weights[0]) / spread
    # The loss is convex: where its minimum lies below 0, the best allowed slope is 0, and the best intercept then too.
    return Calibration(slope, float(weights[1]) - slope * centre) if slope > 0 else Calibration(0.0, 0.0)


def right_verdicts(real_logits: Numbers, fake_logits: Numbers) -> int:
    """Returns how many of both kinds of pictures are told rightly, of as many of one kind as of the other.

    A picture is called fake from ½ on. Each tenth is judged by a calibration that has learnt from the other nine alone.
    """
    right = 0
    for fold in range(FOLDS):
        # The same tenth of both kinds, so that the other nine have as many of one kind as of the other.
        asked = np.arange(len(real_logits)) % FOLDS == fold
        if asked.any():
            calibration = fit_calibration(real_logits[~asked], fake_logits[~asked])
            right += int((calibration.fake_probabilities(real_logits[asked]) < 0.5).sum())
            right += int((calibration.fake_probabilities(fake_logits[asked]) >= 0.5).sum())
    return right


def _fit_logistic(design: Numbers, targets: Numbers) -> Numbers:
    """Returns the weights (d,) of the logistic regression on a design (n, d) with targets in (0, 1), float64 (n,)."""
    weights = np.zeros(design.shape[1])
    loss = _loss(design, targets, weights)
    for _ in range(MAX_STEPS):
        expected = _logistic(design @ weights)
        gradient = design.T @ (expected - targets)
        if np.abs(gradient).max() < TOLERANCE * len(design):
            break
        curvature = (design.T * (expected * (1 - expected))) @ design
        # Where all logits are the same, nothing says what the slope is.
        step = np.linalg.solve(curvature + 1e-12 * len(design) * np.eye(len(weights)), gradient)
        new_loss = _loss(design, targets, weights - step)
        if new_loss >= loss:
            # As low as float64 can tell. From 0, for targets that are never certain, no step is too long.
            break
        weights, loss = weights - step, new_loss
    return weights


def _loss(design: Numbers, targets: Numbers, weights: Numbers) -> float:
    answers = design @ weights
    return float((np.logaddexp(0, answers) - targets * answers).sum())


def _logistic(values: Numbers) -> Numbers:
    # Without an overflow, however large the values.
    return 0.5 * (1 + np.tanh(0.5 * values))
