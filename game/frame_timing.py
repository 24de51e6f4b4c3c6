"""Waiting for a moment as exactly as a program can."""

import time
from collections.abc import Callable

# Of a wait, its end is spent looking at the clock: sleep alone ends up to a millisecond late, on Windows at least.
_WATCHED_SECONDS = 0.002


def wait_until(
    moment: float, clock: Callable[[], float] = time.perf_counter, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Returns at a moment of the clock, in seconds, or at once where it has passed."""
    while (left := moment - clock()) > _WATCHED_SECONDS:
        sleep(left - _WATCHED_SECONDS)
    while clock() < moment:
        pass
