"""A class's database, to which this computer's rounds are sent and from which the pages about a class are read.

Whatever is wrong with it, the scores file has everything: a round that could not be sent is still noted there as
unsent, also after the end of the game. A thread with connections of its own does it all; nothing here ever waits for
the network but `close`, for as long as it is told.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, Row, Select, create_engine, delete, event, func, select
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from game.database_url import Database
from game.round_copy import DifferentRowsError, copy_players, copy_rounds, removal
from game.store_schema import DELETED_PLAYER, RENAMED_PLAYER, ROUND, unsent
from game.stored_rounds import StoredRounds
from game.training_run import UserError

Result = TypeVar("Result")

CLOSE_SECONDS = 2.0
# After a failure it is tried again this much later, then after twice the time and so on.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
LOCAL_LOCK_SECONDS = 2.0
CHANGES_AT_ONCE = 50

# A round with which something is wrong must not hold up the others.
_FAULTS_OF_A_ROUND = (DifferentRowsError, DataError, IntegrityError)


class Answer(Generic[Result]):
    """What was read, once it is `done`: the `result`, or an `error` in one sentence."""

    def __init__(self) -> None:
        self.result: Result | None = None
        self.error = ""
        self.done = False


class SharedDatabase:
    """Sends what is unsent in the scores file at `scores`, and answers questions; `wake` is called when there is news.

    `problem` is a sentence for the player, empty while all is well; `waiting` is how many changes are to be sent.
    """

    def __init__(self, url: str, scores: Path, wake: Callable[[], None] = lambda: None) -> None:
        self.problem = ""
        self.waiting = 0
        self._url = url
        self._scores = scores
        self._wake = wake
        self._here = _open_scores(scores)
        self._questions: deque[tuple[Callable[[StoredRounds], Any], Answer[Any]]] = deque()
        self._news = threading.Event()
        self._closing = False
        self._pause = 0.0
        self._next_try = 0.0
        self._prepared = False
        self._deadline = 0.0
        # Changes that this game doesn't send again: those that the database refuses, and those that were sent and
        # could not be crossed off.
        self._refused: set[int] = set()
        self._sent: set[int] = set()
        self._thread = threading.Thread(target=self._run, daemon=True, name="shared database")

    def start(self) -> None:
        """Begins to send what earlier games have left."""
        self._news.set()
        self._thread.start()

    def send(self) -> None:
        """Tells that there is something new to send."""
        self._news.set()

    def ask(self, question: Callable[[StoredRounds], Result]) -> Answer[Result]:
        """Returns what will hold the answer, such as of `lambda rounds: rounds.trials(run="mnist")`."""
        answer: Answer[Result] = Answer()
        self._questions.append((question, answer))
        self._news.set()
        return answer

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Sends what can be sent in so many seconds; the rest is sent by the next game."""
        self._deadline = time.monotonic() + seconds
        self._closing = True
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            database = Database(self._url)
            _refuse_itself(database, self._scores)
        except Exception as error:  # a driver may find anything wrong with a URL, and its words may hold the password
            problem = str(error) if isinstance(error, UserError) else "The database's URL can't be used; check it."
            self._say(f"Answers are kept on this computer alone: {problem[:1].lower()}{problem[1:]}")
            while not self._closing:
                self._news.wait()
                self._news.clear()
                self._fail_questions(problem)
            return
        while True:
            closing = self._closing
            try:
                self._answer_questions(database)
                if time.monotonic() >= self._next_try and not (closing and self._pause):
                    self._send_all(database)
                    self._pause = 0.0
            except Exception as error:  # whatever it is, the thread goes on, and says it without the password
                self._fail(database, error)
            if closing:
                break
            self._news.wait(max(0.0, self._next_try - time.monotonic()) if self._pause else LONGEST_PAUSE_SECONDS)
            self._news.clear()
        database.engine.dispose()

    def _send_all(self, database: Database) -> None:
        if not self._prepared:
            # Also with nothing to send: what is wrong with the URL is told before anybody plays.
            with database.engine.begin() as there:
                database.prepare(there)
            self._prepared = True
        while changes := self._unsent():
            for change in changes:
                if self._closing and time.monotonic() > self._deadline:
                    return
                self._send(database, change)
                self._answer_questions(database)
        self._say("" if not self._refused else self.problem)

    def _send(self, database: Database, change: Row[Any]) -> None:
        for attempt in (1, 2):
            try:
                with self._here.connect() as here, database.engine.begin() as there:
                    _apply(change, here, there)
            except _FAULTS_OF_A_ROUND as error:
                # The first time it may be another computer that sent the same player or round at the same moment.
                if attempt == 2:
                    self._refused.add(change.change)
                    self._say(f"{database.title} refuses a round, which is kept here ({database.reason(error)}).")
                    return
            else:
                break
        self.waiting = max(0, self.waiting - 1)
        try:
            with self._here.begin() as here:
                # Not where it has changed meanwhile: then it has another number.
                here.execute(delete(unsent).where(unsent.c.change == change.change))
        except SQLAlchemyError:
            # The next game sends it once more, and it arrives once all the same.
            self._sent.add(change.change)

    def _unsent(self) -> list[Row[Any]]:
        """Returns the oldest changes that are to be sent; none while the scores file can't be read."""
        try:
            with self._here.connect() as here:
                self.waiting = here.scalar(select(func.count()).select_from(unsent)) or 0
                query = (
                    select(unsent).where(unsent.c.change.not_in(self._refused | self._sent)).order_by(unsent.c.change)
                )
                return list(here.execute(query.limit(CHANGES_AT_ONCE)))
        except SQLAlchemyError:
            # It may not be there yet. What is wrong with it the store says.
            return []

    def _answer_questions(self, database: Database) -> None:
        while self._questions:
            question, answer = self._questions.popleft()
            try:
                with database.engine.begin() as there:
                    if not self._prepared:
                        database.prepare(there)
                    answer.result = question(StoredRounds(partial(_read, there)))
                self._prepared = True
            except UserError as error:
                answer.error = str(error)
            except Exception as error:  # as above: the thread goes on
                answer.error = f"{database.title} can't be read now ({database.reason(error)})."
            answer.done = True
            self._wake()

    def _fail_questions(self, sentence: str) -> None:
        while self._questions:
            _, answer = self._questions.popleft()
            answer.error, answer.done = sentence, True
            self._wake()

    def _fail(self, database: Database, error: Exception) -> None:
        self._prepared = False
        self._pause = min(LONGEST_PAUSE_SECONDS, 2 * self._pause or FIRST_PAUSE_SECONDS)
        self._next_try = time.monotonic() + self._pause
        if isinstance(error, UserError):
            self._say(f"{str(error).rstrip('.')}; answers are kept here.")
        else:
            self._say(f"{database.title} can't be reached ({database.reason(error)}): answers are kept and sent later.")

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            self._wake()


def _apply(change: Row[Any], here: Connection, there: Connection) -> None:
    match change.kind:
        case kind if kind == ROUND:
            copy_rounds(here, there, [change.id])
        case kind if kind == RENAMED_PLAYER:
            copy_players(here, there, [change.id], only_known=True)
        case kind if kind == DELETED_PLAYER:
            for statement in removal(change.id):
                there.execute(statement)


def _read(connection: Connection, query: Select[Any]) -> list[Row[Any]]:
    return list(connection.execute(query))


def _open_scores(path: Path) -> Engine:
    """Returns an engine for a scores file that must be there: it never makes one."""

    def connect() -> sqlite3.Connection:
        address = f"{path.absolute().as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=LOCAL_LOCK_SECONDS, check_same_thread=False)

    # No connection is kept: the file may be moved meanwhile.
    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _refuse_itself(database: Database, scores: Path) -> None:
    url = database.engine.url
    if url.get_backend_name() == "sqlite" and Path(url.database or "").absolute() == scores.absolute():
        raise UserError(f"{scores} is this computer's own scores file; name another database.")
