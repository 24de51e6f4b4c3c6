"""Texts that a spreadsheet program can't take for formulas, and that read back exactly."""

import re

# A spreadsheet program takes a cell for a formula that begins with one of these.
_TRIGGERS = "=+\\-@\\t\\r\\n＝＋－＠'"
# After any of these a cell may begin, for programs that take another separator than ours.
_CELL_STARTS = '(^|[,;|\\t\\r\\n"])'


def with_guards(text: str) -> str:
    """Returns a text in which an apostrophe keeps spreadsheet programs from taking any part of it for a formula."""
    return re.sub(f"{_CELL_STARTS}(?=[{_TRIGGERS}])", r"\1'", text)


def without_guards(text: str) -> str:
    """Returns the text of which `with_guards` made this one."""
    return re.sub(f"{_CELL_STARTS}'", r"\1", text)
