"""The store of rounds and answers: an SQLite file that several games may share.

Nothing that is wrong with the file ever stops a game; `game.store_file` says how.
"""

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_data_path
from sqlalchemy import Row, Select, func, insert, select, update

from game.rules import Picture, RealPicture, Response, RoundSetup
from game.settings import APPLICATION, HOME_VARIABLE
from game.store_file import ScoresFile
from game.store_schema import responses, rounds


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


def default_path() -> Path:
    """Return where the scores belong: under $REAL_OR_FAKE_HOME, else in the user's data folder."""
    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home) if home else user_data_path(APPLICATION, appauthor=False)
    return folder / "scores.sqlite"


class Store:
    """The rounds of all players. Use it from one thread only."""

    def __init__(self, file: ScoresFile) -> None:
        self._file = file

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> "Store":
        """Return a store that works, on the file at `path` or else in memory, within about a second.

        A damaged file is renamed with the time on `clock` and a new one begun. A file that is locked stays,
        and the store goes on trying to reach it. A folder that can't be written, or a file from a newer
        version, leaves the store in memory. The `notices` tell of it.
        """
        return cls(ScoresFile(path, clock))

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what the player should know about the file, each sentence once, the oldest first."""
        return tuple(self._file.notices)

    @property
    def pending(self) -> int:
        """Return how many writes wait for the database."""
        return self._file.pending

    def flush(self) -> None:
        """Write what is pending, in order, up to the first write that fails again."""
        self._file.flush()

    def close(self) -> None:
        """Write what is pending, waiting about 2 seconds at most, and let go of the file."""
        self._file.close()

    def begin_round(self, setup: RoundSetup, player: str | None, started_at: datetime) -> str:
        """Return the id of a new round that began at the aware time `started_at`."""
        round_id = uuid.uuid4().hex
        self._file.write(
            insert(rounds).values(
                id=round_id,
                player=_name(player),
                dataset=setup.dataset,
                run=setup.run,
                kimg=setup.kimg,
                seed=setup.seed,
                mode=setup.mode,
                trial_count=setup.trial_count,
                started_at=_to_text(started_at),
            )
        )
        return round_id

    def record(self, round_id: str, number: int, picture: Picture, response: Response, answered_at: datetime) -> None:
        """Save the response to trial `number`, counted from 1; on disk at return unless it is `pending`."""
        self._file.write(
            insert(responses).values(
                round_id=round_id,
                number=number,
                truth=picture.truth.value,
                answer=response.answer.value,
                response_seconds=response.response_seconds,
                disturbed=response.disturbed,
                answered_at=_to_text(answered_at),
                **_picture_columns(picture),
            )
        )

    def finish_round(self, round_id: str, score: int, correct: int, finished_at: datetime) -> None:
        """Save the result of a round; only a finished round can be a high score."""
        result = {"score": score, "correct": correct, "finished_at": _to_text(finished_at)}
        self._file.write(update(rounds).where(rounds.c.id == round_id).values(**result))

    def name_round(self, round_id: str, player: str | None) -> None:
        """Save who played a round; a blank name takes it off the high scores."""
        self._file.write(update(rounds).where(rounds.c.id == round_id).values(player=_name(player)))

    def high_scores(
        self, dataset: str, run: str, kimg: int, limit: int = 10, mode: str = "practice"
    ) -> list[HighScore]:
        """Return the finished rounds with a name, best first and the earlier first among equals."""
        query = _ranked().where(*_named(dataset, run, kimg, mode)).limit(limit)
        return [_high_score(row) for row in self._file.read(query)]

    def rank_of(self, dataset: str, run: str, kimg: int, score: int, mode: str = "practice") -> int:
        """Return the place, from 1, that a new score would take in the high scores, behind its equals."""
        query = select(func.count()).where(*_named(dataset, run, kimg, mode), rounds.c.score >= score)
        rows = self._file.read(query)
        return 1 + (rows[0][0] if rows else 0)

    def best_score(self, dataset: str, mode: str = "practice") -> HighScore | None:
        """Return the best finished round on a dataset, named or not, or None without one."""
        finished = (rounds.c.dataset == dataset, rounds.c.mode == mode, rounds.c.finished_at.is_not(None))
        rows = self._file.read(_ranked().where(*finished).limit(1))
        return _high_score(rows[0]) if rows else None


def _name(player: str | None) -> str | None:
    # Keyboards of some systems hand over half a surrogate pair, which SQLite can't store.
    return (player or "").encode("utf-8", "replace").decode("utf-8").strip() or None


def _to_text(moment: datetime) -> str:
    # One zone and one width, so that the order of the texts is the order of the times.
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _picture_columns(picture: Picture) -> dict[str, str | int | None]:
    if isinstance(picture, RealPicture):
        return {
            "picture_dataset": picture.dataset,
            "picture_split": picture.split,
            "picture_index": picture.index,
            # Of a folder's run, which has real pictures of its own.
            "picture_run": picture.run or None,
        }
    return {"picture_run": picture.run, "picture_kimg": picture.kimg, "picture_seed": picture.seed}


def _ranked() -> Select[Any]:
    columns = rounds.c
    return select(
        columns.id, columns.player, columns.score, columns.correct, columns.trial_count, columns.finished_at,
        columns.kimg,
    ).order_by(columns.score.desc(), columns.finished_at, columns.id)  # fmt: skip


def _named(dataset: str, run: str, kimg: int, mode: str) -> tuple[Any, ...]:
    columns = rounds.c
    return (
        columns.dataset == dataset,
        columns.run == run,
        columns.kimg == kimg,
        columns.mode == mode,
        columns.player.is_not(None),
        columns.finished_at.is_not(None),
    )


def _high_score(row: Row[Any]) -> HighScore:
    return HighScore(
        round_id=row.id,
        player=row.player or "",
        score=row.score,
        correct=row.correct,
        trial_count=row.trial_count,
        finished_at=datetime.fromisoformat(row.finished_at),
        kimg=row.kimg,
    )
