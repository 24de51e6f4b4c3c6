"""What a wrong answer is explained with: the most similar real picture, and what the discriminator says."""

from dataclasses import dataclass

from game.pictures import ShownPicture, order_nearest, order_verdicts
from game.rules import REAL_SPLIT, RealPicture, Round
from game.services import Services


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one picture, None where it has not come, or won't."""

    similar: ShownPicture | None = None
    fake_probability: float | None = None


class Explanations:
    """Asked of the forger with the round, so that nobody waits for them at the feedback."""

    def __init__(self, services: Services, round_: Round) -> None:
        setup = round_.setup
        run = services.lab.run(setup.run)
        own_run = setup.run if run is not None and run.has_own_reals else ""
        reals = RealPicture(setup.dataset, REAL_SPLIT, 0, own_run)
        self._nearest = order_nearest(services.forger, services.checkpoints, round_.pictures, reals)
        self._verdicts = order_verdicts(services.forger, services.checkpoints, round_.pictures, setup.run, setup.kimg)

    def of(self, place: int) -> Explanation:
        """Returns what has come by now of the round's picture at a place, from 0."""
        shown, verdicts = self._nearest.shown, self._verdicts.verdicts
        return Explanation(shown[place] if shown else None, verdicts[place] if verdicts else None)
