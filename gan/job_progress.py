"""Progress of a command that takes a while: lines of JSON for a program that watches it, nothing for a person."""

import json
import sys
from collections.abc import Callable
from typing import Any

# Told how much is done, from 0 to 1, and what is being done.
Report = Callable[[float, str], None]


def reporter(as_json: bool) -> Report:
    """Returns what tells the progress: on standard output as lines of JSON, or to nobody."""
    return report_json if as_json else lambda share, text: None


def report_result(as_json: bool, text: str, result: str) -> None:
    """Prints the last line of a command: for a program with its `result`, for a person the text alone."""
    if as_json:
        report_json(1.0, text, result)
    else:
        print(text)


def report_json(share: float, text: str, result: Any = None) -> None:
    """Prints one line: `{"share": 0…1, "text": …}`; the last one of a command has its `result` as well."""
    line = {"share": round(share, 4), "text": text} | ({} if result is None else {"result": result})
    print(json.dumps(line), file=sys.stdout, flush=True)
