"""Brings a scores file of an older version of the game to the present version, all of it or nothing."""

import os
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from game.store_values import stored_dataset, stored_text

# How long the window waits at most for another process's write.
BUSY_SECONDS = 0.15

# The present tables, as `game.store_schema` makes them: a step must go on making what it has always made.
_TABLES_2 = """
CREATE TABLE players (
    id VARCHAR NOT NULL, name VARCHAR NOT NULL, created_at VARCHAR NOT NULL, revision INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE unsent (
    change INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, kind VARCHAR NOT NULL, id VARCHAR NOT NULL, UNIQUE (kind, id)
);
CREATE TABLE rounds (
    id VARCHAR NOT NULL, player_id VARCHAR, dataset VARCHAR NOT NULL, run VARCHAR NOT NULL, run_key VARCHAR NOT NULL,
    kimg INTEGER NOT NULL, seed BIGINT NOT NULL, mode VARCHAR NOT NULL, trial_count INTEGER NOT NULL,
    started_at VARCHAR NOT NULL, finished_at VARCHAR, score INTEGER, correct INTEGER, revision INTEGER NOT NULL,
    PRIMARY KEY (id), FOREIGN KEY(player_id) REFERENCES players (id)
);
CREATE INDEX rounds_by_score ON rounds (dataset, run, kimg, mode, trial_count, score);
CREATE INDEX rounds_by_player ON rounds (player_id);
CREATE TABLE own_players (
    player_id VARCHAR NOT NULL, PRIMARY KEY (player_id), FOREIGN KEY(player_id) REFERENCES players (id)
);
CREATE TABLE responses (
    round_id VARCHAR NOT NULL, number INTEGER NOT NULL, answer VARCHAR CHECK (answer IN ('real', 'fake')),
    chosen_place INTEGER, confidence INTEGER CHECK (confidence IN (1, 2, 3)),
    first_answer VARCHAR CHECK (first_answer IN ('real', 'fake')), fake_probability FLOAT,
    discriminator_kimg INTEGER, asked_frames INTEGER, shown_frames INTEGER, frame_seconds FLOAT,
    response_seconds FLOAT NOT NULL, disturbed BOOLEAN NOT NULL, answered_at VARCHAR NOT NULL,
    PRIMARY KEY (round_id, number),
    CHECK ((answer IS NULL) <> (chosen_place IS NULL)), FOREIGN KEY(round_id) REFERENCES rounds (id)
);
CREATE TABLE shown_pictures (
    round_id VARCHAR NOT NULL, number INTEGER NOT NULL, place INTEGER NOT NULL,
    truth VARCHAR NOT NULL CHECK (truth IN ('real', 'fake')), class_name VARCHAR NOT NULL, picture_dataset VARCHAR,
    picture_split VARCHAR, picture_index BIGINT, picture_run VARCHAR, picture_kimg INTEGER, picture_seed BIGINT,
    PRIMARY KEY (round_id, number, place),
    FOREIGN KEY(round_id, number) REFERENCES responses (round_id, number),
    CHECK ((truth = 'real' AND picture_dataset IS NOT NULL AND picture_split IS NOT NULL AND picture_index IS NOT NULL)
        OR (truth = 'fake' AND picture_run IS NOT NULL AND picture_kimg IS NOT NULL AND picture_seed IS NOT NULL))
);
"""


def migrate(path: Path, now: datetime) -> None:
    """Brings the scores file at `path` to the present version.

    A copy of the old one, `<name>.version-<n>-<UTC time>`, stays beside it. A process that is killed in between leaves
    the file as it was. Where another process was faster nothing is done. Raises sqlite3.Error and OSError, and leaves
    the file as it was.
    """
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        # No other process can write between the copy and the end.
        connection.execute("BEGIN IMMEDIATE")
        try:
            (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
            if version < SCHEMA_VERSION:
                _copy(path, path.with_name(f"{path.name}.version-{version}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"))
                take_steps(connection, version)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def take_steps(connection: sqlite3.Connection, version: int) -> None:
    """Changes the tables from a version to the present one, within the transaction that the caller has begun."""
    for step in _STEPS[version - 1 :]:
        step(connection)
    connection.execute("UPDATE schema_version SET version = ?", (SCHEMA_VERSION,))


def _copy(path: Path, copy: Path) -> None:
    temporary = copy.with_name(f".{copy.name}.{os.getpid()}.tmp")
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(temporary)) as target,
        ):
            # With what is in the write-ahead log, which a copy of the file alone would lack.
            source.backup(target)
        temporary.replace(copy)
    finally:
        temporary.unlink(missing_ok=True)


def _to_version_2(connection: sqlite3.Connection) -> None:
    """Players get rows of their own, and a trial a response and its pictures."""
    connection.create_function("stored_text", 1, lambda text: stored_text(str(text)), deterministic=True)
    connection.create_function(
        "stored_dataset", 1, lambda name: None if name is None else stored_dataset(str(name)), deterministic=True
    )
    connection.execute("DROP INDEX IF EXISTS rounds_by_score")
    connection.execute("ALTER TABLE responses RENAME TO responses_1")
    connection.execute("ALTER TABLE rounds RENAME TO rounds_1")
    for statement in _TABLES_2.split(";\n"):
        connection.execute(statement)
    ids: dict[str, str] = {}
    rows = connection.execute(
        "SELECT stored_text(player), id, started_at FROM rounds_1 WHERE player IS NOT NULL ORDER BY started_at, id"
    ).fetchall()
    for name, round_id, started_at in rows:
        if name and name not in ids:
            # Not by chance: a file that is handed in before and after this step has the same players.
            ids[name] = uuid.uuid5(uuid.NAMESPACE_OID, f"{round_id}/{name}").hex
            player = (ids[name], name, started_at)
            connection.execute("INSERT INTO players (id, name, created_at, revision) VALUES (?, ?, ?, 0)", player)
    connection.execute("INSERT INTO own_players SELECT id FROM players")
    connection.execute(
        """INSERT INTO rounds (id, player_id, dataset, run, run_key, kimg, seed, mode, trial_count, started_at,
               finished_at, score, correct, revision)
           SELECT id, (SELECT players.id FROM players WHERE name = stored_text(player)), stored_dataset(dataset), run,
               '', kimg, seed, mode, trial_count, started_at, finished_at, score, correct, 0
           FROM rounds_1"""
    )
    # Where somebody has deleted rounds by hand, their responses are in the copy alone.
    connection.execute(
        """INSERT INTO responses (round_id, number, answer, response_seconds, disturbed, answered_at)
           SELECT round_id, number, answer, response_seconds, disturbed, answered_at FROM responses_1
           WHERE round_id IN (SELECT id FROM rounds)"""
    )
    connection.execute(
        """INSERT INTO shown_pictures (round_id, number, place, truth, class_name, picture_dataset, picture_split,
               picture_index, picture_run, picture_kimg, picture_seed)
           SELECT round_id, number, 0, truth, '', stored_dataset(picture_dataset), picture_split, picture_index,
               picture_run, picture_kimg, picture_seed FROM responses_1
           WHERE round_id IN (SELECT id FROM rounds)"""
    )
    connection.execute("DROP TABLE responses_1")
    connection.execute("DROP TABLE rounds_1")


# The first one makes version 2 of version 1, and so on.
_STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (_to_version_2,)
SCHEMA_VERSION = 1 + len(_STEPS)
