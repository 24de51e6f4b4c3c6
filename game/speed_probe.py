"""How fast this computer trains: measured in the background, for the settings that are on the screen."""

from collections.abc import Callable

from game.background_job import BackgroundJob, JobState
from game.run_plan import Measurement, measurement_from, speed_settings
from game.training_process import TRAIN_COMMAND, flags
from game.training_run import TrainingConfig

MEASURE_COMMAND = (*TRAIN_COMMAND, "--dry-run", "--progress", "--background")
# Who types a number or looks at each choice in turn is not measured at every step.
REST_SECONDS = 0.6


class SpeedProbe:
    """Measures the speed of one configuration at a time; what is `known` is not measured again, and grows.

    `failure` is one sentence where the measurement of the wanted settings has failed.
    """

    def __init__(
        self,
        known: dict[TrainingConfig, Measurement],
        wake: Callable[[], None],
        command: tuple[str, ...] = MEASURE_COMMAND,
    ) -> None:
        self.failure = ""
        self._known = known
        self._wake = wake
        self._command = command
        self._wanted: TrainingConfig | None = None
        self._wanted_since = 0.0
        self._job: BackgroundJob | None = None
        self._cancelled: BackgroundJob | None = None
        self._share_seen = 0.0

    @property
    def measured(self) -> Measurement | None:
        """What is known about the wanted settings."""
        return self._known.get(self._wanted) if self._wanted else None

    @property
    def share(self) -> float:
        """How much of the measurement is done, from 0 to 1."""
        return self._job.share if self._job else 0.0

    def want(self, config: TrainingConfig | None, now: float) -> None:
        """Says what to measure from now on, None for nothing; a measurement of other settings ends."""
        wanted = speed_settings(config) if config else None
        if wanted != self._wanted:
            self.cancel()
            self._wanted, self._wanted_since, self.failure = wanted, now, ""

    def look(self, now: float) -> bool:
        """Starts what is due and takes in what has come; returns whether anything changed."""
        if self._cancelled is not None and not self._cancelled.has_ended:
            # Two at once would both be measured too slow.
            return False
        self._cancelled = None
        if self._job is not None:
            return self._take_result(self._job)
        if self.wait_seconds(now) == 0:
            assert self._wanted is not None
            command = (*self._command, *flags(self._wanted))
            self._job = BackgroundJob("The measurement", command, self._wake)
            return True
        return False

    def _take_result(self, job: BackgroundJob) -> bool:
        if job.state is JobState.RUNNING:
            news, self._share_seen = job.share != self._share_seen, job.share
            return news
        measured = measurement_from(job.result) if job.state is JobState.DONE else None
        self._job = None
        if measured is not None and self._wanted is not None:
            self._known[self._wanted] = measured
        else:
            self.failure = job.failure or "The measurement had no usable result; update the program."
        return True

    def wait_seconds(self, now: float) -> float | None:
        """Returns when `look` will start something: after how many seconds, or None where it won't."""
        if self._wanted is None or self._job or self.failure or self.measured:
            return None
        if self._cancelled is not None:
            # Its end wakes the app.
            return None if not self._cancelled.has_ended else 0.0
        return max(0.0, self._wanted_since + REST_SECONDS - now)

    def cancel(self) -> None:
        """Ends what is being measured."""
        if self._job is not None:
            self._job.cancel()
            self._job, self._cancelled = None, self._job
