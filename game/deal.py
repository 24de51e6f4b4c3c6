"""What is dealt: pictures by their identities, from a seed, so that every deal can be made again."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from game.rules import REAL_SPLIT, TRIAL_COUNTS, FakePicture, Mode, Picture, RealPicture, RoundSetup

FAKE_SEED_COUNT = 2**31
# The player is told, so that an answer says nothing but what was seen (HYPE, Zhou et al. 2019).
HALF_FAKE_MODES = (Mode.MEASURED, Mode.SHORT_MEASURED)
DISCRIMINATOR_MODES = (Mode.DUEL, Mode.CONSULT)
# Real pictures by which the forger learns what the discriminator's answers mean: none of them may be in the round.
KEPT_FOR_CALIBRATION = 20
# Dealt trial by trial, as the answers decide; where real pictures run out, they come again.
LINEUP_MODES = (Mode.CLIMB, Mode.ODD_ONE_OUT)


@dataclass(frozen=True, slots=True)
class Deck:
    """What a round is dealt from: places of real pictures in their split, and seeds of fakes.

    `reals_of_run` says that the real pictures are those that the run itself carries, and not a dataset's.
    """

    reals: Sequence[int]
    seeds: Sequence[int] = range(FAKE_SEED_COUNT)
    reals_of_run: bool = False


def class_deck(deck: Deck, labels: Sequence[int], class_number: int, class_count: int) -> Deck:
    """Returns the part of a deck that is of one class: a fake of seed s is of class s mod `class_count`.

    `labels` has the class of each real picture of the split.
    """
    # Counted by the split's own places, so that whoever reads the store finds the same pictures.
    reals = [place for place in deck.reals if labels[place] == class_number]
    return replace(deck, reals=reals, seeds=range(class_number, FAKE_SEED_COUNT, class_count))


def most_trials(mode: str, real_count: int) -> int:
    """Returns how long a round can be with so many real pictures: all of its trials may be real."""
    if mode in LINEUP_MODES:
        return TRIAL_COUNTS[Mode(mode)]
    if mode in HALF_FAKE_MODES:
        return 2 * real_count
    return max(0, real_count - KEPT_FOR_CALIBRATION) if mode in DISCRIMINATOR_MODES else real_count


def deal(setup: RoundSetup, deck: Deck, exclude: frozenset[Picture] = frozenset()) -> tuple[Picture, ...]:
    """Returns the pictures of a round: the same ones for the same arguments, no two alike, none of `exclude`.

    In a measured round half of them are fake, and the player is told so. In any other one every trial is real or
    fake by a fair coin of its own: with as many reals as fakes in every round a player who gets feedback could count
    cards, and the binomial luck test would no longer be exact.

    Raises ValueError when fewer real pictures are left than the round may need, or where the setup makes no sense.
    """
    if setup.trial_count < 1:
        raise ValueError(f"A round has at least 1 trial, but its setup asks for {setup.trial_count}.")
    half_fake = setup.mode in HALF_FAKE_MODES
    if half_fake and setup.trial_count % 2:
        raise ValueError(f"Half of {setup.trial_count} trials can't be fake.")
    _check_reals(setup, deck, exclude, setup.trial_count // 2 if half_fake else setup.trial_count)
    dice = _dice(setup, setup.kimg)
    taken = set(exclude)
    dealt: list[Picture] = []
    fakes_left = setup.trial_count // 2
    for left in range(setup.trial_count, 0, -1):
        # Of all orders of so many fakes each is equally likely (selection sampling, Knuth vol. 2, 3.4.2).
        is_fake = dice.random() < (fakes_left / left if half_fake else 0.5)
        fakes_left -= is_fake
        dealt.append(_draw(dice, setup, setup.kimg, deck, is_fake, taken))
    return tuple(dealt)


def deal_lineup(
    setup: RoundSetup, number: int, kimg: int, count: int, deck: Deck, exclude: frozenset[Picture] = frozenset()
) -> tuple[Picture, ...]:
    """Returns the pictures of one trial, `count` of them, of which exactly one, at any place, is a fake of `kimg`.

    The same ones for the same arguments, no two alike, none of `exclude`. Raises ValueError when too few real
    pictures are left, or for fewer than two pictures.
    """
    if count < 2:
        raise ValueError(f"A fake stands among at least 2 pictures, not {count}.")
    _check_reals(setup, deck, exclude, count - 1)
    dice = _dice(setup, kimg, number, count)
    fake_place = int(dice.random() * count)
    taken = set(exclude)
    return tuple(_draw(dice, setup, kimg, deck, place == fake_place, taken) for place in range(count))


def _dice(setup: RoundSetup, kimg: int, *more: int) -> random.Random:
    fields = [setup.dataset, setup.run, kimg, setup.seed, setup.mode, setup.trial_count, *more]
    # random() after seeding with a string is the one sequence that Python promises to keep between
    # versions, so choice(), sample() and randrange() stay out of here.
    return random.Random(json.dumps(fields))


def _check_reals(setup: RoundSetup, deck: Deck, exclude: frozenset[Picture], needed: int) -> None:
    # A set, but for the range of all of them: membership in a list is slow.
    reals = deck.reals if isinstance(deck.reals, range) else frozenset(deck.reals)
    left = len(deck.reals) - sum(
        isinstance(picture, RealPicture)
        and (picture.dataset, picture.split) == (setup.dataset, REAL_SPLIT)
        and picture.run == (setup.run if deck.reals_of_run else "")
        and picture.index in reals
        for picture in exclude
    )
    if left < needed:
        raise ValueError(
            f"{setup.dataset} has {left} real pictures left, and {needed} may be needed: exclude fewer pictures or "
            "play a shorter round."
        )


def _draw(dice: random.Random, setup: RoundSetup, kimg: int, deck: Deck, is_fake: bool, taken: set[Picture]) -> Picture:
    """Returns a picture that is not taken, and takes it."""
    while True:
        picture: Picture
        if is_fake:
            picture = FakePicture(setup.run, kimg, deck.seeds[int(dice.random() * len(deck.seeds))])
        else:
            index = deck.reals[int(dice.random() * len(deck.reals))]
            picture = RealPicture(setup.dataset, REAL_SPLIT, index, setup.run if deck.reals_of_run else "")
        if picture not in taken:
            taken.add(picture)
            return picture
