"""Every column of the store: the data dictionary, by which strangers' rows are checked too."""

from game.column_meaning import TIME_PATTERN, ColumnMeaning, TableMeaning
from game.rules import Confidence, Truth

MAX_TRIALS = 1_000
MAX_PICTURES = 100
_LARGEST = 2**63 - 1
_TRUTHS = tuple(truth.value for truth in Truth)
_ID = "[0-9a-f]{32}"

_ROUND_ID = ColumnMeaning("round_id", "text", "The round.", pattern=_ID)
_NUMBER = ColumnMeaning("number", "integer", "The trial of the round, from 1.", low=1, high=MAX_TRIALS)
_REVISION = ColumnMeaning(
    "revision",
    "integer",
    "How often the row was given another name or player: of two copies the higher is right.",
    low=0,
    high=1_000_000,
)

PLAYERS = TableMeaning(
    "players",
    "A player: a chosen name on one computer. Two players of one name come from two computers.",
    (
        ColumnMeaning(
            "id",
            "text",
            "Tells it from all others, also of other computers: random, 32 hexadecimal digits.",
            pattern=_ID,
        ),
        ColumnMeaning("name", "text", "What the player chose to be called."),
        ColumnMeaning("created_at", "text", "When the name was first used.", "UTC, ISO 8601", pattern=TIME_PATTERN),
        _REVISION,
    ),
    ("id",),
    {},
)
ROUNDS = TableMeaning(
    "rounds",
    "A round: trials of one mode against one generator, written when it begins.",
    (
        ColumnMeaning(
            "id",
            "text",
            "Tells it from all others, also of other computers: random, 32 hexadecimal digits.",
            pattern=_ID,
        ),
        ColumnMeaning("player_id", "text", "Who played it; empty for a guest.", pattern=_ID, optional=True),
        ColumnMeaning("dataset", "text", "Whose pictures were shown: its name, or folder: and a folder's own name."),
        ColumnMeaning("run", "text", "Whose generator was played against: the name of the run's folder."),
        ColumnMeaning(
            "run_key",
            "text",
            "Tells apart two runs of one name; empty where it is not known.",
            pattern="([0-9a-f]{16})?",
            emptiable=True,
        ),
        ColumnMeaning(
            "kimg",
            "integer",
            "The generator's rung; where a round goes from rung to rung, the last one that it can reach.",
            "thousands of pictures shown in training",
            low=0,
            high=10**9,
        ),
        ColumnMeaning("seed", "integer", "What the deal was thrown with.", low=0, high=_LARGEST),
        ColumnMeaning("mode", "text", "The way to play; figures of different ways are never put together."),
        ColumnMeaning("trial_count", "integer", "How many trials it has, or at most.", low=1, high=MAX_TRIALS),
        ColumnMeaning("started_at", "text", "When it began.", "UTC, ISO 8601", pattern=TIME_PATTERN),
        ColumnMeaning(
            "finished_at",
            "text",
            "When it was finished; empty where it was left.",
            "UTC, ISO 8601",
            pattern=TIME_PATTERN,
            optional=True,
        ),
        ColumnMeaning("score", "integer", "Empty until it is finished.", "points", low=0, high=10**9, optional=True),
        ColumnMeaning(
            "correct", "integer", "Right answers; empty until it is finished.", low=0, high=MAX_TRIALS, optional=True
        ),
        _REVISION,
    ),
    ("id",),
    {("player_id",): "players"},
)
RESPONSES = TableMeaning(
    "responses",
    "An answer, written as it is given. Either answer (to one picture) or chosen_place (among several) has a value.",
    (
        _ROUND_ID,
        _NUMBER,
        ColumnMeaning("answer", "text", "What the player called the picture.", allowed=_TRUTHS, optional=True),
        ColumnMeaning(
            "chosen_place",
            "integer",
            "The place, from 0, of the picture that the player called the fake.",
            low=0,
            high=MAX_PICTURES - 1,
            optional=True,
        ),
        ColumnMeaning(
            "confidence",
            "integer",
            "How sure the player was: 1 unsure, 2 fairly sure, 3 sure; empty where it was not asked.",
            low=min(Confidence),
            high=max(Confidence),
            optional=True,
        ),
        ColumnMeaning(
            "first_answer",
            "text",
            "What the player had said before the discriminator's advice, where there was any.",
            allowed=_TRUTHS,
            optional=True,
        ),
        ColumnMeaning(
            "fake_probability",
            "number",
            "How likely the discriminator held the picture to be a fake, where it was asked.",
            "probability",
            low=0,
            high=1,
            optional=True,
        ),
        ColumnMeaning(
            "discriminator_kimg",
            "integer",
            "What that discriminator was trained to; a run that is trained on has another one later.",
            "thousands of pictures shown in training",
            low=0,
            high=10**9,
            optional=True,
        ),
        ColumnMeaning(
            "asked_frames",
            "integer",
            "How long the picture was to be seen, where that was limited.",
            "frames",
            low=0,
            high=10**6,
            optional=True,
        ),
        ColumnMeaning(
            "shown_frames",
            "integer",
            "How long it was seen; 0 where nobody can say.",
            "frames",
            low=0,
            high=10**6,
            optional=True,
        ),
        ColumnMeaning("frame_seconds", "number", "How long one frame takes.", "seconds", low=0, high=10, optional=True),
        ColumnMeaning(
            "response_seconds",
            "number",
            "From the frame that showed the picture to the answer.",
            "seconds",
            low=0,
            high=10**7,
        ),
        ColumnMeaning(
            "disturbed",
            "boolean",
            "1 where the window hung, was moved, resized or hidden, or help was open: leave the time out.",
        ),
        ColumnMeaning("answered_at", "text", "When it was given.", "UTC, ISO 8601", pattern=TIME_PATTERN),
    ),
    ("round_id", "number"),
    {("round_id",): "rounds"},
)
SHOWN_PICTURES = TableMeaning(
    "shown_pictures",
    "A picture of a trial: one, or several of which one is the fake.",
    (
        _ROUND_ID,
        _NUMBER,
        ColumnMeaning("place", "integer", "Its place in the trial, from 0.", low=0, high=MAX_PICTURES - 1),
        ColumnMeaning("truth", "text", "What it is.", allowed=_TRUTHS),
        ColumnMeaning(
            "class_name", "text", "What the judge took it for; empty where it was not asked.", emptiable=True
        ),
        ColumnMeaning("picture_dataset", "text", "Of a real one: its dataset.", optional=True),
        ColumnMeaning("picture_split", "text", "Of a real one: the part of the dataset.", optional=True),
        ColumnMeaning(
            "picture_index", "integer", "Of a real one: its place there, from 0.", low=0, high=_LARGEST, optional=True
        ),
        ColumnMeaning(
            "picture_run",
            "text",
            "Of a fake: the run whose generator drew it; of a real one: the folder's run that carries it.",
            optional=True,
        ),
        ColumnMeaning(
            "picture_kimg",
            "integer",
            "Of a fake: the generator's rung.",
            "thousands of pictures shown in training",
            low=0,
            high=10**9,
            optional=True,
        ),
        ColumnMeaning(
            "picture_seed", "integer", "Of a fake: what it was drawn with.", low=0, high=_LARGEST, optional=True
        ),
    ),
    ("round_id", "number", "place"),
    {("round_id", "number"): "responses"},
)

# In the order in which rows can be added: each one refers to those before it.
TABLES = (PLAYERS, ROUNDS, RESPONSES, SHOWN_PICTURES)
