"""Profiles of a made-up player, for the tests of what they say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from made_up import START, MadeUpPlayer, played_round

from game.played_kinds import Combination
from game.profile import Profile, profile
from game.stored_trial import StoredTrial

ADA = MadeUpPlayer("ada", "Ada")


def dice() -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(1))


def combination(mode: str, kimgs: Sequence[int] = (64,)) -> Combination:
    return Combination("mnist", "mnist", "key", mode, tuple(kimgs), kimgs[-1], 1, 1, START)


def profile_of(trials: Sequence[StoredTrial], mode: str, kimg: int | None = 64) -> Profile:
    return profile(trials, combination(mode), kimg, (2, 64, 128), dice())


def many_rounds(mode: str, kimgs: Sequence[int], count: int, **fields: object) -> list[StoredTrial]:
    player = replace(ADA, seed=5)
    return [
        trial
        for place in range(count)
        for kimg in kimgs
        for trial in played_round(player, mode, kimg, START + timedelta(days=place, minutes=kimg), **fields)
    ]
