"""Cancelling a command that another program started."""

import signal


def cancel_on_sigterm() -> None:
    """Makes SIGTERM end the command as Ctrl-C does, so that what it was writing is taken away again."""
    signal.signal(signal.SIGTERM, _cancel)


def _cancel(number: int, frame: object) -> None:
    # A second one must not break into the tidying up.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt
