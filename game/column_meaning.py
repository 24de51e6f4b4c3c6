"""What a column of the store means and may hold; a table of such columns."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from game.csv_guards import with_guards, without_guards
from game.store_values import MAX_TEXT_LENGTH

Kind = Literal["text", "integer", "number", "boolean"]

# What matches it has to be a time that there is, too.
TIME_PATTERN = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"


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
        if self.pattern == TIME_PATTERN:
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
