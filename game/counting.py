"""Work on figures that takes longer than a frame, in a thread of its own, so that the window goes on."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from game.training_run import UserError

Result = TypeVar("Result")
# What is done sooner needs no word that it is under way.
PATIENCE_SECONDS = 0.1


class _CancelledError(Exception):
    pass


class Counting(Generic[Result]):
    """Calls `work` in a thread, which may tell how far it is; `wake` is called, from there, at the end.

    `work` gets a function of (share, text), which also ends the work where it is `cancel`led. Once `done`, there is a
    `result`, or an `error` in one sentence; of cancelled work there is neither.
    """

    def __init__(self, work: Callable[[Callable[[float, str], None]], Result], wake: Callable[[], None]) -> None:
        self.result: Result | None = None
        self.error = ""
        self.share = 0.0
        self.text = ""
        self.done = False
        self.begun_at = time.monotonic()
        self._work = work
        self._wake = wake
        self._cancelled = False
        threading.Thread(target=self._run, daemon=True, name="counting").start()

    @property
    def is_slow(self) -> bool:
        """Whether it has taken so long that somebody should be told."""
        return not self.done and time.monotonic() - self.begun_at > PATIENCE_SECONDS

    def cancel(self) -> None:
        """Ends the work at its next word: nobody looks at it any more."""
        self._cancelled = True

    def _tell(self, share: float, text: str) -> None:
        if self._cancelled:
            raise _CancelledError
        if (round(100 * share), text) != (round(100 * self.share), self.text):
            self.share, self.text = share, text
            self._wake()

    def _run(self) -> None:
        try:
            self._tell(0.0, "")
            result = self._work(self._tell)
            self._tell(1.0, self.text)
            self.result = result
        except _CancelledError:
            return
        except UserError as error:
            self.error = str(error)
        except Exception as error:  # answers may come from anywhere; a page without figures is better than no window
            self.error = f"These figures can't be counted ({type(error).__name__}: {error})."
        self.done = True
        self._wake()
