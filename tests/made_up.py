"""Made-up players: answers by the normal model, as trials of the store, or put into a scores file in a moment."""

import math
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Any

from game.climb import Climb, ClimbTrial
from game.rules import TRIAL_COUNTS, FakePicture, Mode, Picture, RealPicture, Truth
from game.staircase import Flash, FlashTrial
from game.store_values import picture_columns, stored_time
from game.stored_trial import StoredPicture, StoredTrial

START = datetime(2030, 1, 2, 9, 0, tzinfo=UTC)
NORMAL = NormalDist()
RUN_KEY = "0123456789abcdef"
LADDER = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3000)


def stored_picture(truth: Truth, kimg: int = 64, class_name: str = "", place: int = 0) -> StoredPicture:
    """Returns a picture of the run “mnist” as the store has it."""
    identity: Picture = (
        FakePicture("mnist", kimg, place) if truth is Truth.FAKE else RealPicture("mnist", "test", place)
    )
    return StoredPicture(identity, class_name)


def stored_trial(truth: Truth = Truth.FAKE, answer: Truth | None = Truth.FAKE, **fields: Any) -> StoredTrial:
    """Returns a trial with one picture; whatever is named can be another."""
    standard: dict[str, Any] = {
        "player_id": "ada",
        "round_id": "round",
        "finished": True,
        "dataset": "mnist",
        "run": "mnist",
        "run_key": RUN_KEY,
        "kimg": 64,
        "mode": Mode.MEASURED,
        "trial_count": 100,
        "started_at": START,
        "number": 1,
        "pictures": (stored_picture(truth),),
        "answer": answer,
        "chosen_place": None,
        "response_seconds": 1.0,
        "disturbed": False,
        "answered_at": START,
        "confidence": None,
        "first_answer": None,
        "fake_probability": None,
        "discriminator_kimg": None,
        "asked_frames": None,
        "shown_frames": None,
        "frame_seconds": None,
    }
    return StoredTrial(**{**standard, **fields})


@dataclass(frozen=True)
class MadeUpPlayer:
    """Somebody whose d′ falls by `fall` with every doubling of kimg from `d_prime` at 64 kimg; dice of their own."""

    player_id: str
    name: str
    d_prime: float = 1.2
    fall: float = 0.35
    criterion: float = 0.15
    seed: int = 0
    dice: Random = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dice", Random(f"{self.player_id} {self.seed}"))

    def d_prime_at(self, kimg: int) -> float:
        return max(0.0, self.d_prime - self.fall * math.log2(kimg / 64))

    def seems(self, truth: Truth, d_prime: float) -> float:
        """Returns how fake a picture seems."""
        middle = d_prime / 2 if truth is Truth.FAKE else -d_prime / 2
        return NORMAL.inv_cdf(min(max(self.dice.random(), 1e-6), 1 - 1e-6)) + middle

    def seconds(self, seems: float) -> float:
        """Returns how long the answer takes: longer where the picture seems to lie at the line."""
        spread = NORMAL.inv_cdf(min(max(self.dice.random(), 1e-6), 1 - 1e-6))
        return 0.45 + 0.9 * math.exp(0.35 * spread - 0.25 * abs(seems - self.criterion))


def played_round(
    player: MadeUpPlayer,
    mode: str = Mode.MEASURED,
    kimg: int = 64,
    started_at: datetime = START,
    answers: int | None = None,
    bonus: float = 0.0,
    classes: Sequence[str] = "0123456789",
    asks_confidence: bool = False,
    **fields: Any,
) -> list[StoredTrial]:
    """Returns the trials of a round; `bonus` is added to d′, `answers` are fewer than all where it was broken off."""
    count = TRIAL_COUNTS[Mode(mode)]
    played = count if answers is None else answers
    dice, d_prime = player.dice, player.d_prime_at(kimg) + bonus
    half_fake = mode in (Mode.MEASURED, Mode.SHORT_MEASURED)
    truths = [Truth.FAKE if (place % 2 if half_fake else dice.random() < 0.5) else Truth.REAL for place in range(count)]
    truths.sort(key=lambda _: dice.random())
    trials = []
    for number, truth in enumerate(truths[:played], start=1):
        seems = player.seems(truth, d_prime)
        answer = Truth.FAKE if seems > player.criterion else Truth.REAL
        sure = min(3, 1 + int(1.6 * abs(seems - player.criterion)))
        its_class = classes[int(dice.random() * len(classes))] if classes else ""
        picture = stored_picture(truth, kimg, its_class, int(dice.random() * 10_000))
        trial = stored_trial(
            pictures=(picture,),
            answer=answer,
            player_id=player.player_id or None,
            round_id=_id(player, mode, kimg, started_at),
            finished=played == count,
            kimg=kimg,
            mode=mode,
            trial_count=count,
            started_at=started_at,
            number=number,
            response_seconds=player.seconds(seems),
            disturbed=dice.random() < 0.02,
            answered_at=started_at + timedelta(seconds=3 * number),
            confidence=sure if asks_confidence else None,
            **fields,
        )
        trials.append(_advised(trial, player, d_prime) if mode in (Mode.DUEL, Mode.CONSULT) else trial)
    return trials


def _id(*parts: object) -> str:
    """Returns 32 hexadecimal digits that follow from the parts."""
    return uuid.uuid5(uuid.NAMESPACE_OID, repr(parts)).hex


def _first_number(started_at: datetime) -> int:
    """Returns the number of a round's first picture: those of rounds a few minutes apart are different."""
    return int((started_at - START).total_seconds())


def _advised(trial: StoredTrial, player: MadeUpPlayer, d_prime: float) -> StoredTrial:
    """Returns a trial with what the discriminator says, and in consult with an answer that may follow it."""
    says = player.seems(trial.pictures[0].truth, 1.6)
    probability = 1 / (1 + math.exp(-1.6 * says))
    told = replace(trial, fake_probability=probability)
    if trial.mode != Mode.CONSULT:
        return told
    verdict = Truth.FAKE if probability >= 0.5 else Truth.REAL
    follows = verdict is not trial.answer and player.dice.random() < abs(2 * probability - 1)
    return replace(told, first_answer=trial.answer, answer=verdict if follows else trial.answer)


def played_climb(
    player: MadeUpPlayer, started_at: datetime = START, rungs: Sequence[int] = LADDER, **fields: Any
) -> list[StoredTrial]:
    """Returns the trials of a whole climb."""
    climb, trials = Climb(tuple(rungs), seed=int(player.dice.random() * 1000)), []
    while (kimg := climb.next_kimg) is not None:
        d_prime = player.d_prime_at(kimg)
        fake, real = player.seems(Truth.FAKE, d_prime), player.seems(Truth.REAL, d_prime)
        climb = climb.answered(ClimbTrial(kimg, fake > real))
        place = int(2 * player.dice.random())
        number = _first_number(started_at) + len(trials)
        shown = [stored_picture(Truth.REAL, kimg, str(int(10 * player.dice.random())), number)]
        shown.insert(place, stored_picture(Truth.FAKE, kimg, str(int(10 * player.dice.random())), number))
        trials.append(
            stored_trial(
                answer=None,
                chosen_place=place if fake > real else 1 - place,
                pictures=tuple(shown),
                player_id=player.player_id or None,
                round_id=_id(player, Mode.CLIMB, rungs[-1], started_at),
                kimg=rungs[-1],
                mode=Mode.CLIMB,
                trial_count=TRIAL_COUNTS[Mode.CLIMB],
                started_at=started_at,
                number=len(trials) + 1,
                response_seconds=player.seconds(abs(fake - real)),
                answered_at=started_at + timedelta(seconds=4 * len(trials)),
                **fields,
            )
        )
    return trials


def played_flash(
    player: MadeUpPlayer,
    kimg: int = 64,
    started_at: datetime = START,
    dropped: float = 0.02,
    refresh_rate: float = 60.0,
    most_trials: int = TRIAL_COUNTS[Mode.FLASH],
    **fields: Any,
) -> list[StoredTrial]:
    """Returns the trials of a whole flash as the game stores them, some of them with dropped frames."""
    flash, trials = Flash(refresh_rate, most_trials=most_trials), []
    while (frames := flash.next_frames) is not None and len(trials) < most_trials:
        truth = Truth.FAKE if player.dice.random() < 0.5 else Truth.REAL
        # Of ever longer looks ever less is gained.
        seems = player.seems(truth, player.d_prime_at(kimg) * (1 - math.exp(-frames / refresh_rate / 0.1)))
        answer = Truth.FAKE if seems > player.criterion / 2 else Truth.REAL
        shown = frames + (player.dice.random() < dropped)
        number = _first_number(started_at) + len(trials)
        flash = flash.answered(FlashTrial(frames, shown, answer is truth))
        trials.append(
            stored_trial(
                pictures=(stored_picture(truth, kimg, str(int(10 * player.dice.random())), number),),
                answer=answer,
                player_id=player.player_id or None,
                round_id=_id(player, Mode.FLASH, kimg, started_at),
                kimg=kimg,
                mode=Mode.FLASH,
                trial_count=most_trials,
                started_at=started_at,
                number=len(trials) + 1,
                response_seconds=player.seconds(seems),
                answered_at=started_at + timedelta(seconds=3 * len(trials)),
                asked_frames=frames,
                shown_frames=shown,
                frame_seconds=1 / refresh_rate,
                **fields,
            )
        )
    return [replace(trial, finished=not flash.refused) for trial in trials]


def write_trials(path: Path, trials: Iterable[StoredTrial], names: dict[str, str], own: Iterable[str] = ()) -> None:
    """Adds trials to a scores file that is there, with their players by id; `own` are those of this computer."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for player_id, name in names.items():
            _insert(
                connection,
                "players",
                [{"id": player_id, "name": name, "created_at": stored_time(START), "revision": 0}],
            )
        _insert(connection, "own_players", [{"player_id": player_id} for player_id in own])
        listed = list(trials)
        first = {trial.round_id: trial for trial in reversed(listed)}
        _insert(connection, "rounds", [_round_row(trial, listed) for trial in first.values()])
        _insert(connection, "responses", [_response_row(trial) for trial in listed])
        _insert(connection, "shown_pictures", [row for trial in listed for row in _picture_rows(trial)])


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    marks = ", ".join("?" for _ in columns)
    values = [tuple(row.get(name) for name in columns) for row in rows]
    connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)


def _round_row(first: StoredTrial, trials: Iterable[StoredTrial]) -> dict[str, Any]:
    names = ("player_id", "dataset", "run", "run_key", "kimg", "mode", "trial_count")
    row = {name: getattr(first, name) for name in names}
    row |= {"id": first.round_id, "seed": 1, "started_at": stored_time(first.started_at), "revision": 0}
    if first.finished:
        row |= {"finished_at": stored_time(first.started_at + timedelta(minutes=5)), "score": 0, "correct": 0}
    return row


def _response_row(trial: StoredTrial) -> dict[str, Any]:
    names = (
        *("round_id", "number", "chosen_place", "response_seconds", "disturbed", "confidence", "first_answer"),
        *("fake_probability", "discriminator_kimg", "asked_frames", "shown_frames", "frame_seconds", "answer"),
    )
    return {**{name: getattr(trial, name) for name in names}, "answered_at": stored_time(trial.answered_at)}


def _picture_rows(trial: StoredTrial) -> Iterator[dict[str, Any]]:
    of_trial = {"round_id": trial.round_id, "number": trial.number}
    for place, picture in enumerate(trial.pictures):
        yield {**of_trial, "place": place, "class_name": picture.class_name, **picture_columns(picture.identity)}
