"""What every column of the store means and may hold: the data dictionary, by which strangers' rows are checked too."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from game.csv_guards import with_guards, without_guards
from game.rules import Confidence, Truth
from game.store_values import MAX_TEXT_LENGTH

Kind = Literal["text", "integer", "number", "boolean"]

MAX_TRIALS = 1_000
MAX_PICTURES = 100
_LARGEST = 2**63 - 1
_TRUTHS = tuple(truth.value for truth in Truth)
_ID = "[0-9a-f]{32}"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """A column: what it means, in which `unit`, and what it may hold; `low` and `high` are included.

    `optional` ones may have no value, `emptiable` texts may be empty. A text has to match `pattern` as a whole.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    pattern: str = ""
    optional: bool = False
    emptiable: bool = False

    def checked(self, value: Any) -> Any:
        """Returns a value that the column may hold; raises ValueError with words that follow the column's name."""
        if value is None:
            if self.optional:
                return None
            raise ValueError("is missing")
        match self.kind:
            case "text":
                self._check_text(value)
            case "boolean":
                if value not in (0, 1):
                    raise ValueError(f"is {_shown(value)}, neither 0 nor 1")
                return bool(value)
            case "integer":
                # A bool is an int to Python.
                if type(value) is not int:
                    raise ValueError(f"is {_shown(value)}, which is no whole number")
                self._check_range(value)
            case "number":
                if type(value) not in (int, float) or not math.isfinite(value):
                    raise ValueError(f"is {_shown(value)}, which is no number")
                self._check_range(value)
                return float(value)
        return value

    def read(self, text: str) -> Any:
        """Returns the value that a text in a CSV file stands for; raises ValueError as `checked`."""
        if not text and (self.optional or not self.emptiable):
            return self.checked(None)
        if self.kind == "text":
            return self.checked(without_guards(text))
        # Python reads more numbers than are meant: 1_000, other scripts' digits, infinity.
        if self.kind == "number" and len(text) <= 30 and re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text, re.ASCII):
            return self.checked(float(text))
        if self.kind != "number" and re.fullmatch(r"-?\d{1,19}", text, re.ASCII):
            return self.checked(int(text))
        raise ValueError(f"is {_shown(text)}, which is no {'number' if self.kind == 'number' else 'whole number'}")

    def written(self, value: Any) -> str:
        """Returns the text that stands for a value in a CSV file; `read` gives back the very same value."""
        if value is None:
            return ""
        if self.kind == "text":
            return with_guards(value)
        return repr(float(value)) if self.kind == "number" else str(int(value))

    def _check_text(self, value: Any) -> None:
        if not isinstance(value, str):
            raise ValueError(f"is {_shown(value)}, which is no text")
        if not value and not self.emptiable:
            raise ValueError("is empty")
        if len(value) > MAX_TEXT_LENGTH:
            raise ValueError(f"has {len(value)} characters, and {MAX_TEXT_LENGTH} are the most")
        if not value.isprintable():
            raise ValueError(f"is {_shown(value)}, with characters that can't be shown")
        if self.allowed and value not in self.allowed:
            raise ValueError(f"is {_shown(value)}, not one of {', '.join(self.allowed)}")
        if self.pattern and not re.fullmatch(self.pattern, value, re.ASCII):
            raise ValueError(f"is {_shown(value)}, which is not of the form {self.pattern}")
        if self.pattern == _TIME:
            try:
                datetime.fromisoformat(value)
            except ValueError:
                raise ValueError(f"is {_shown(value)}, and there is no such time") from None

    def _check_range(self, value: float) -> None:
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise ValueError(f"is {_shown(value)}, not from {self.low} to {self.high}")


@dataclass(frozen=True, slots=True)
class TableMeaning:
    """A table: what a row is, its columns in order, what tells its rows apart, and which tables it refers to."""

    name: str
    meaning: str
    columns: tuple[ColumnMeaning, ...]
    key: tuple[str, ...]
    references: Mapping[tuple[str, ...], str]

    def column(self, name: str) -> ColumnMeaning:
        """Returns the column of that name."""
        return next(column for column in self.columns if column.name == name)


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
        ColumnMeaning("created_at", "text", "When the name was first used.", "UTC, ISO 8601", pattern=_TIME),
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
        ColumnMeaning("started_at", "text", "When it began.", "UTC, ISO 8601", pattern=_TIME),
        ColumnMeaning(
            "finished_at",
            "text",
            "When it was finished; empty where it was left.",
            "UTC, ISO 8601",
            pattern=_TIME,
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
        ColumnMeaning("answered_at", "text", "When it was given.", "UTC, ISO 8601", pattern=_TIME),
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


def checked_row(table: TableMeaning, values: Sequence[Any], are_texts: bool) -> dict[str, Any]:
    """Returns the row that values in the table's order make; `are_texts` where they come from a CSV file.

    Raises ValueError with half a sentence that begins with the column.
    """
    row = {}
    for column, value in zip(table.columns, values, strict=True):
        try:
            row[column.name] = column.read(value) if are_texts else column.checked(value)
        except ValueError as error:
            raise ValueError(f"{column.name} {error}") from None
    return row


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]} …"
