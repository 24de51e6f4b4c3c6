"""The one kind of error that is meant for the person at the keyboard."""


class UserError(Exception):
    """A problem whose message is one sentence: what is wrong, where, and what to do; shown without a traceback."""


class SaidElsewhereError(UserError):
    """The same, where another process of the same training says it."""
