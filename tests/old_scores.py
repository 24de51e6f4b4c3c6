"""Scores files as version 1 of the game wrote them."""

import random
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

TABLES_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL, PRIMARY KEY (version));
CREATE TABLE rounds (
    id VARCHAR NOT NULL, player VARCHAR, dataset VARCHAR NOT NULL, run VARCHAR NOT NULL, kimg INTEGER NOT NULL,
    seed INTEGER NOT NULL, mode VARCHAR NOT NULL, trial_count INTEGER NOT NULL, started_at VARCHAR NOT NULL,
    finished_at VARCHAR, score INTEGER, correct INTEGER, PRIMARY KEY (id)
);
CREATE INDEX rounds_by_score ON rounds (dataset, run, kimg, mode, score);
CREATE TABLE responses (
    round_id VARCHAR NOT NULL, number INTEGER NOT NULL, truth VARCHAR NOT NULL CHECK (truth IN ('real', 'fake')),
    answer VARCHAR NOT NULL CHECK (answer IN ('real', 'fake')), picture_dataset VARCHAR, picture_split VARCHAR,
    picture_index INTEGER, picture_run VARCHAR, picture_kimg INTEGER, picture_seed INTEGER,
    response_seconds FLOAT NOT NULL, disturbed BOOLEAN NOT NULL, answered_at VARCHAR NOT NULL,
    PRIMARY KEY (round_id, number),
    CHECK ((truth = 'real' AND picture_dataset NOTNULL AND picture_split NOTNULL AND picture_index NOTNULL)
        OR (truth = 'fake' AND picture_run NOTNULL AND picture_kimg NOTNULL AND picture_seed NOTNULL)),
    FOREIGN KEY(round_id) REFERENCES rounds (id)
);
INSERT INTO schema_version VALUES (1);
"""


def time(second: int) -> str:
    """Returns the time of a second of one afternoon."""
    return f"2030-01-02T{12 + second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.000000+00:00"


def write_version_1(path: Path, players: list[str | None], trials: int = 5, seed: int = 1) -> list[str]:
    """Writes a scores file with a round of each of `players`, None for a guest; returns the ids of the rounds.

    Every third round is unfinished, every fourth is of a folder's run.
    """
    dice = random.Random(seed)
    ids = [uuid.UUID(int=dice.getrandbits(128), version=4).hex for _ in players]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES_1)
        for place, (player, round_id) in enumerate(zip(players, ids, strict=True)):
            dataset, run = ("folder:/somebody/drawings", "own") if place % 4 == 3 else ("mnist", "first")
            ended = (None, None, None) if place % 3 == 2 else (time(60 * place + 50), 300, 3)
            row = (round_id, player, dataset, run, 64, place, "practice", trials, time(60 * place), *ended)
            connection.execute(f"INSERT INTO rounds VALUES ({','.join('?' * 12)})", row)
            for number in range(1, trials + 1):
                real = dice.random() < 0.5
                picture = (dataset, "test", dice.randrange(10_000)) if real else (None, None, None)
                fake = (run if dataset.startswith("folder:") else None, None, None) if real else (run, 64, number)
                answer = (round_id, number, "real" if real else "fake", dice.choice(["real", "fake"]), *picture, *fake)
                told = (*answer, dice.random(), number == 1, time(60 * place + number))
                connection.execute(f"INSERT INTO responses VALUES ({','.join('?' * 13)})", told)
        connection.commit()
    return ids
