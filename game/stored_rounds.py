"""What can be read of a store, be it the scores file or a class's database.

What others have written is made fit to be drawn; nothing here changes a row.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select

from game.played_kinds import PlayedKind
from game.rules import TRIAL_COUNTS, FakePicture, Mode, RealPicture, Truth
from game.store_schema import own_players, players, responses, rounds, shown_pictures
from game.store_values import stored_dataset, stored_text
from game.stored_trial import StoredPicture, StoredTrial

# Returns the rows of a query.
Read: TypeAlias = Callable[[Select[Any]], list[Row[Any]]]

_KIND = ("dataset", "run", "run_key", "mode", "kimg")


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody who plays, by a chosen name; two of different computers may have the same one."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class HighScore:
    """A finished round in a list of scores; `player` is empty where nobody gave a name."""

    round_id: str
    player: str
    score: int
    correct: int
    trial_count: int
    finished_at: datetime
    kimg: int


class StoredRounds:
    """Reads rounds by `read`, which may come back with no rows where the database can't be read."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def high_scores(
        self,
        dataset: str,
        run: str,
        kimg: int,
        limit: int = 10,
        mode: str = Mode.PRACTICE,
        trial_count: int = TRIAL_COUNTS[Mode.PRACTICE],
    ) -> list[HighScore]:
        """Return the finished rounds of one kind with a name, best first and the earlier first among equals."""
        named = _named(dataset, run, kimg, mode, trial_count)
        return [_high_score(row) for row in self._read(_ranked().where(named).limit(limit))]

    def rank_of(
        self,
        dataset: str,
        run: str,
        kimg: int,
        score: int,
        mode: str = Mode.PRACTICE,
        trial_count: int = TRIAL_COUNTS[Mode.PRACTICE],
        round_id: str = "",
    ) -> int:
        """Return the place, from 1, that a score takes in the high scores, behind its equals.

        The round that it was reached in may already be one of them: it doesn't count.
        """
        better = (_named(dataset, run, kimg, mode, trial_count), rounds.c.score >= score, rounds.c.id != round_id)
        rows = self._read(select(func.count()).select_from(rounds).where(*better))
        return 1 + (rows[0][0] if rows else 0)

    def best_score(
        self, dataset: str, mode: str = Mode.PRACTICE, trial_count: int = TRIAL_COUNTS[Mode.PRACTICE]
    ) -> HighScore | None:
        """Return the best finished round on a dataset, named or not, or None without one."""
        rows = self._read(_ranked().where(_finished(dataset, mode, trial_count)).limit(1))
        return _high_score(rows[0]) if rows else None

    def players(self) -> list[Player]:
        """Return everybody who has a name, by their names."""
        rows = self._read(select(players.c.id, players.c.name))
        return sorted((Player(row.id, stored_text(row.name)) for row in rows), key=_by_name)

    def own_players(self) -> list[Player]:
        """Return those who got their name on this computer, by their names; only for a scores file."""
        rows = self._read(select(players.c.id, players.c.name).join(own_players))
        return sorted((Player(row.id, stored_text(row.name)) for row in rows), key=_by_name)

    def kinds(self, player_id: str | None = None) -> list[PlayedKind]:
        """Return how much was played of each kind, by a player, by guests ("") or by each player and all guests."""
        rows = self._read(_kinds(() if player_id is None else (_is_of(player_id),)))
        return [_kind(*list(row)) for row in rows]

    def trials(
        self,
        *,
        player_id: str | None = None,
        dataset: str | None = None,
        run: str | None = None,
        run_key: str | None = None,
        mode: str | None = None,
        finished_only: bool = False,
    ) -> list[StoredTrial]:
        """Return the trials of all rounds that have what is given, in the order in which they were played.

        The `player_id` of guests is "".
        """
        wanted = {
            rounds.c.dataset: None if dataset is None else stored_dataset(dataset),
            rounds.c.run: run,
            rounds.c.run_key: run_key,
            rounds.c.mode: mode,
        }
        conditions = [column == value for column, value in wanted.items() if value is not None]
        if player_id is not None:
            conditions.append(_is_of(player_id))
        if finished_only:
            conditions.append(rounds.c.finished_at.is_not(None))
        rows_of_rounds = self._read(select(rounds).where(*conditions))
        found = {row.id: (row, datetime.fromisoformat(row.started_at)) for row in rows_of_rounds}
        # What is the same for a whole round does not come with every row.
        of_them = responses.c.round_id.in_(select(rounds.c.id).where(*conditions))
        rows = self._read(_trials().where(of_them)) if found else []
        trials = [
            _trial(*found[round_id], list(group))
            for (round_id, _), group in groupby(rows, key=itemgetter(0, 1))
            # Of a round that has begun meanwhile nothing.
            if round_id in found
        ]
        return sorted(trials, key=attrgetter("started_at", "round_id", "number"))


def _by_name(player: Player) -> tuple[str, str, str]:
    return player.name.casefold(), player.name, player.id


def _is_of(player_id: str) -> ColumnElement[bool]:
    return rounds.c.player_id == player_id if player_id else rounds.c.player_id.is_(None)


def _kinds(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    answers = select(func.count()).where(responses.c.round_id == rounds.c.id).scalar_subquery()
    columns = (rounds.c[name] for name in ("player_id", "dataset", "run", "run_key", "mode", "kimg", "started_at"))
    begun = select(*columns, rounds.c.finished_at.is_not(None).label("finished"), answers.label("answers"))
    played = begun.where(*conditions).subquery().c
    of_kind = (played.player_id, played.dataset, played.run, played.run_key, played.mode, played.kimg)
    finished = case((played.finished, 1), else_=0)
    sums = (func.count(), func.sum(finished), func.sum(played.answers), func.sum(finished * played.answers))
    return select(*of_kind, *sums, func.max(played.started_at)).where(played.answers > 0).group_by(*of_kind)


def _kind(player_id: str | None, *columns: Any) -> PlayedKind:
    # PostgreSQL sums to decimals.
    values: list[Any] = [*columns[:5], *map(int, columns[5:9]), datetime.fromisoformat(columns[9])]
    return PlayedKind(player_id or "", *values)


def _ranked() -> Select[Any]:
    columns = rounds.c
    return (
        select(
            columns.id, players.c.name, columns.score, columns.correct, columns.trial_count, columns.finished_at,
            columns.kimg,
        )
        .select_from(rounds.outerjoin(players))
        .order_by(columns.score.desc(), columns.finished_at, columns.id)
    )  # fmt: skip


def _finished(dataset: str, mode: str, trial_count: int) -> ColumnElement[bool]:
    columns = rounds.c
    return and_(
        columns.dataset == stored_dataset(dataset),
        columns.mode == mode,
        # The score of a longer round is no better for being higher.
        columns.trial_count == trial_count,
        columns.finished_at.is_not(None),
    )


def _named(dataset: str, run: str, kimg: int, mode: str, trial_count: int) -> ColumnElement[bool]:
    columns = rounds.c
    return and_(
        _finished(dataset, mode, trial_count), columns.run == run, columns.kimg == kimg, columns.player_id.is_not(None)
    )


def _high_score(row: Row[Any]) -> HighScore:
    return HighScore(
        round_id=row.id,
        player=stored_text(row.name or ""),
        score=row.score,
        correct=row.correct,
        trial_count=row.trial_count,
        finished_at=datetime.fromisoformat(row.finished_at),
        kimg=row.kimg,
    )


def _trials() -> Select[Any]:
    answered, shown = responses.c, shown_pictures.c
    return (
        select(
            # In the order in which they are taken apart below; looking each one up by its name is slow.
            *(answered.round_id, answered.number, answered.answer, answered.chosen_place, answered.response_seconds),
            *(answered.disturbed, answered.answered_at, answered.confidence, answered.first_answer),
            *(answered.fake_probability, answered.discriminator_kimg),
            *(answered.asked_frames, answered.shown_frames, answered.frame_seconds),
            *(shown.truth, shown.class_name, shown.picture_dataset, shown.picture_split, shown.picture_index),
            *(shown.picture_run, shown.picture_kimg, shown.picture_seed),
        )
        .join_from(responses, shown_pictures)
        .order_by(answered.round_id, answered.number, shown.place)
    )


def _trial(of_round: Row[Any], started_at: datetime, rows: list[Row[Any]]) -> StoredTrial:
    answered: list[Any] = list(rows[0])[:14]
    _, number, answer, chosen_place, seconds, disturbed, answered_at, confidence, first_answer, *measured = answered
    fake_probability, discriminator_kimg, asked_frames, shown_frames, frame_seconds = measured
    return StoredTrial(
        player_id=of_round.player_id,
        round_id=of_round.id,
        finished=of_round.finished_at is not None,
        dataset=of_round.dataset,
        run=of_round.run,
        run_key=of_round.run_key,
        kimg=of_round.kimg,
        mode=of_round.mode,
        trial_count=of_round.trial_count,
        started_at=started_at,
        number=number,
        pictures=tuple([_picture(*list(row)[14:]) for row in rows]),
        answer=answer and Truth(answer),
        chosen_place=chosen_place,
        response_seconds=seconds,
        disturbed=disturbed,
        answered_at=datetime.fromisoformat(answered_at),
        confidence=confidence,
        first_answer=first_answer and Truth(first_answer),
        fake_probability=fake_probability,
        discriminator_kimg=discriminator_kimg,
        asked_frames=asked_frames,
        shown_frames=shown_frames,
        frame_seconds=frame_seconds,
    )


def _picture(
    truth: str, class_name: str, dataset: str, split: str, index: int, run: str | None, kimg: int, seed: int
) -> StoredPicture:
    identity = RealPicture(dataset, split, index, run or "") if truth == "real" else FakePicture(run or "", kimg, seed)
    return StoredPicture(identity, class_name)
