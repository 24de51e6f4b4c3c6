"""The tables of the store: those that the scores file has in common with a class's database, and its own two."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData()

schema_version = Table("schema_version", metadata, Column("version", Integer, primary_key=True))

players = Table(
    "players",
    metadata,
    # A uuid and no counter, as for rounds: the files of a whole class can be put together later.
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("created_at", String, nullable=False),
    # How often it was changed: of two copies of a row the one that was changed more often is right. No time, as the
    # clocks of a class differ.
    Column("revision", Integer, nullable=False),
)

rounds = Table(
    "rounds",
    metadata,
    Column("id", String, primary_key=True),
    Column("player_id", String, ForeignKey("players.id")),
    Column("dataset", String, nullable=False),
    Column("run", String, nullable=False),
    Column("run_key", String, nullable=False),
    Column("kimg", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("mode", String, nullable=False),
    Column("trial_count", Integer, nullable=False),
    Column("started_at", String, nullable=False),
    Column("finished_at", String),
    Column("score", Integer),
    Column("correct", Integer),
    Column("revision", Integer, nullable=False),
    Index("rounds_by_score", "dataset", "run", "kimg", "mode", "trial_count", "score"),
    Index("rounds_by_player", "player_id"),
)

responses = Table(
    "responses",
    metadata,
    Column("round_id", String, ForeignKey("rounds.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("answer", String, CheckConstraint("answer IN ('real', 'fake')")),
    Column("chosen_place", Integer),
    Column("confidence", Integer, CheckConstraint("confidence IN (1, 2, 3)")),
    Column("first_answer", String, CheckConstraint("first_answer IN ('real', 'fake')")),
    Column("fake_probability", Float),
    Column("discriminator_kimg", Integer),
    Column("asked_frames", Integer),
    Column("shown_frames", Integer),
    Column("frame_seconds", Float),
    Column("response_seconds", Float, nullable=False),
    Column("disturbed", Boolean, nullable=False),
    Column("answered_at", String, nullable=False),
    CheckConstraint("(answer IS NULL) <> (chosen_place IS NULL)"),
)

shown_pictures = Table(
    "shown_pictures",
    metadata,
    Column("round_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("truth", String, CheckConstraint("truth IN ('real', 'fake')"), nullable=False),
    Column("class_name", String, nullable=False),
    Column("picture_dataset", String),
    Column("picture_split", String),
    Column("picture_index", BigInteger),
    Column("picture_run", String),
    Column("picture_kimg", Integer),
    Column("picture_seed", BigInteger),
    ForeignKeyConstraint(["round_id", "number"], ["responses.round_id", "responses.number"]),
    CheckConstraint(
        "(truth = 'real' AND picture_dataset IS NOT NULL AND picture_split IS NOT NULL AND picture_index IS NOT NULL)"
        " OR (truth = 'fake' AND picture_run IS NOT NULL AND picture_kimg IS NOT NULL AND picture_seed IS NOT NULL)"
    ),
)

# In the order in which rows can be added: each one refers to those before it.
ROUND_TABLES = (players, rounds, responses, shown_pictures)
SHARED_TABLES = (schema_version, *ROUND_TABLES)

# Those of the players that got their name on this computer, and did not come with another one's file.
own_players = Table("own_players", metadata, Column("player_id", String, ForeignKey("players.id"), primary_key=True))

# What a class's database has still to be told of; `kind` is one of `UNSENT_KINDS`.
unsent = Table(
    "unsent",
    metadata,
    # A changed row gets a new number, so whoever has sent the old one does not take the new one for sent.
    Column("change", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("id", String, nullable=False),
    UniqueConstraint("kind", "id"),
    sqlite_autoincrement=True,
)
ROUND, RENAMED_PLAYER, DELETED_PLAYER = "round", "renamed player", "deleted player"
