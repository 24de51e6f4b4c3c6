"""The store of players, rounds and answers: an SQLite file that several games may share.

Nothing that is wrong with the file ever stops a game; `game.store_file` says how. What a class's database has to be
told of is noted in the same transaction as the change itself; `game.shared_database` sends it.

`python -m game.store export --out DIR` · `python -m game.store merge FILE_OR_FOLDER …`
"""

import os
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_data_path
from sqlalchemy import Executable, delete, insert, select, update

from game.round_copy import removal
from game.rules import Choice, Picture, Response, RoundSetup
from game.settings import APPLICATION, HOME_VARIABLE
from game.store_file import ScoresFile
from game.store_schema import (
    DELETED_PLAYER,
    RENAMED_PLAYER,
    ROUND,
    own_players,
    players,
    responses,
    rounds,
    shown_pictures,
    unsent,
)
from game.store_values import answer_columns, picture_columns, stored_dataset, stored_text, stored_time
from game.stored_rounds import HighScore, Player, StoredRounds
from game.stored_trial import StoredTrial

__all__ = ["HighScore", "Player", "Store", "StoredTrial", "default_path"]


def default_path() -> Path:
    """Return where the scores belong: under $REAL_OR_FAKE_HOME, else in the user's data folder."""
    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home) if home else user_data_path(APPLICATION, appauthor=False)
    return folder / "scores.sqlite"


class Store(StoredRounds):
    """The players of this computer, and the rounds of all players. Use it from one thread only.

    Rounds begin for `player`, None for a guest.
    """

    def __init__(self, file: ScoresFile, clock: Callable[[], datetime], send: Callable[[], None] | None) -> None:
        super().__init__(file.read)
        self.player: Player | None = None
        self._file = file
        self._clock = clock
        self._send = send
        # By their names; read again whenever the file can be read.
        self._own_ids: dict[str, str] = {}

    @classmethod
    def open(
        cls,
        path: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        send: Callable[[], None] | None = None,
    ) -> "Store":
        """Return a store that works, on the file at `path` or else in memory, within about a second.

        A damaged file is renamed with the time on `clock` and a new one begun; one of an older version is brought to
        the present one, and a copy of it kept. A file that is locked stays, and the store goes on trying to reach it.
        A folder that can't be written, or a file from a newer version, leaves the store in memory. The `notices` tell
        of it. `send` is called after every change where there is a class's database to send it to.
        """
        return cls(ScoresFile(path, clock), clock, send)

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what the player should know about the file, each sentence once, the oldest first."""
        return tuple(self._file.notices)

    @property
    def pending(self) -> int:
        """Return how many writes wait for the database."""
        return self._file.pending

    @property
    def path(self) -> Path | None:
        """Return the file that everything is in, or None while it is kept in memory alone or can't be reached."""
        return self._file.path

    def flush(self) -> None:
        """Write what is pending, in order, up to the first write that fails again."""
        self._file.flush()

    def close(self) -> None:
        """Write what is pending, waiting about 2 seconds at most, and let go of the file."""
        self._file.close()

    # Players

    def play_as(self, name: str, player_id: str = "") -> str:
        """Let rounds begin for the player of an id or else of a name; return the id, empty for a guest.

        An id that the file does not know, because it was moved away, is kept with the name.
        """
        name = stored_text(name)
        if not name:
            self.player = None
            return ""
        player_id = player_id or self.player_named(name)
        self.player = Player(player_id, name)
        return player_id

    def player_named(self, name: str) -> str:
        """Return the id of the player of that name on this computer, a new one where there is none.

        Empty for a name without a character that can be seen.
        """
        name = stored_text(name)
        if not name:
            return ""
        # The newest first, so that the oldest of two stays in the dictionary.
        query = select(players.c.name, players.c.id).join(own_players).order_by(players.c.created_at.desc())
        rows = self._file.read_if_possible(query)
        if rows is not None:
            self._own_ids = {row.name: row.id for row in rows}
        if name not in self._own_ids:
            player = Player(uuid.uuid4().hex, name)
            self._file.write(*self._keep(player))
            self._own_ids[name] = player.id
        return self._own_ids[name]

    def rename_player(self, player_id: str, name: str) -> bool:
        """Give a player another name; return False where that is blank or another player's on this computer."""
        name = stored_text(name)
        others = [player for player in self.own_players() if player.id != player_id]
        if not name or name in (player.name for player in others):
            return False
        changed = update(players).where(players.c.id == player_id).values(name=name, revision=players.c.revision + 1)
        self._write(changed, _to_send(RENAMED_PLAYER, player_id))
        if self.player is not None and self.player.id == player_id:
            self.player = Player(player_id, name)
        return True

    def delete_player(self, player_id: str) -> None:
        """Remove a player and all that the player ever did, here and in the class's database."""
        of_player = select(rounds.c.id).where(rounds.c.player_id == player_id)
        self._write(
            delete(unsent).where(unsent.c.kind == ROUND, unsent.c.id.in_(of_player)),
            delete(own_players).where(own_players.c.player_id == player_id),
            *removal(player_id),
            # Also where no database is named today: it may have been yesterday.
            _to_send(DELETED_PLAYER, player_id),
        )
        if self.player is not None and self.player.id == player_id:
            self.player = None

    # Rounds

    def begin_round(
        self, setup: RoundSetup, started_at: datetime, run_key: str = "", player_id: str | None = None
    ) -> str:
        """Return the id of a new round that began at the aware time `started_at`.

        It is that of `player`, or of the one with an id that the file knows; "" is a guest's. `run_key` is
        `TrainingRun.key`.
        """
        round_id = uuid.uuid4().hex
        keep: tuple[Executable, ...] = ()
        if player_id is None and self.player is not None:
            player_id, keep = self.player.id, self._keep(self.player)
        begun = insert(rounds).values(
            id=round_id,
            player_id=player_id or None,
            dataset=stored_dataset(setup.dataset),
            run=setup.run,
            run_key=run_key,
            kimg=setup.kimg,
            seed=setup.seed,
            mode=setup.mode,
            trial_count=setup.trial_count,
            started_at=stored_time(started_at),
            revision=0,
        )
        self._write_round(round_id, *keep, begun)
        return round_id

    def record(
        self,
        round_id: str,
        number: int,
        pictures: Sequence[Picture],
        answer: Response | Choice,
        answered_at: datetime,
        class_names: Sequence[str] = (),
    ) -> None:
        """Save trial `number`, counted from 1: on disk at return, whole, unless it is `pending`.

        `class_names` are the judge's classes of the pictures, in their order, where they are known. Raises ValueError
        where a choice is none of these pictures, or a response is to several.
        """
        if isinstance(answer, Choice) and not 0 <= answer.place < len(pictures):
            raise ValueError(f"There is no place {answer.place} among {len(pictures)} pictures.")
        if isinstance(answer, Response) and len(pictures) != 1:
            raise ValueError(f"A response is to one picture, not to {len(pictures)}.")
        of_trial = {"round_id": round_id, "number": number}
        names = [*class_names, *[""] * len(pictures)]
        shown = [
            {**of_trial, "place": place, "class_name": stored_text(names[place]), **picture_columns(picture)}
            for place, picture in enumerate(pictures)
        ]
        answered = {**of_trial, **answer_columns(answer), "answered_at": stored_time(answered_at)}
        rows = [insert(shown_pictures).values(**row) for row in shown]
        self._write_round(round_id, insert(responses).values(**answered), *rows)

    def finish_round(self, round_id: str, score: int, correct: int, finished_at: datetime) -> None:
        """Save the result of a round; only a finished round can be a high score."""
        result = {"score": score, "correct": correct, "finished_at": stored_time(finished_at)}
        self._write_round(round_id, update(rounds).where(rounds.c.id == round_id).values(**result))

    def name_round(self, round_id: str, player: str | None) -> str:
        """Save who played a round, by the name on this computer; return the player's id.

        A blank name makes it a guest's, takes it off the high scores, and returns "".
        """
        player_id = self.player_named(player or "")
        named = {"player_id": player_id or None, "revision": rounds.c.revision + 1}
        self._write_round(round_id, update(rounds).where(rounds.c.id == round_id).values(**named))
        return player_id

    def _write_round(self, round_id: str, *statements: Executable) -> None:
        self._write(*statements, *(() if self._send is None else (_to_send(ROUND, round_id),)))

    def _write(self, *statements: Executable) -> None:
        self._file.write(*statements)
        if self._send is not None:
            self._send()

    def _keep(self, player: Player) -> tuple[Executable, ...]:
        row = {"id": player.id, "name": player.name, "created_at": stored_time(self._clock()), "revision": 0}
        return (
            insert(players).prefix_with("OR IGNORE").values(**row),
            insert(own_players).prefix_with("OR IGNORE").values(player_id=player.id),
        )


def _to_send(kind: str, row_id: str) -> Executable:
    return insert(unsent).prefix_with("OR REPLACE").values(kind=kind, id=row_id)


if __name__ == "__main__":
    import sys

    from game.store_command import run_store_command

    sys.exit(run_store_command())
