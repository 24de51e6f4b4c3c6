"""A round of lines of pictures while it is played: dealt one by one, drawn, timed, and in the store at every answer."""

from dataclasses import replace

from game.deal import Deck, deal_lineup
from game.lineup import LineupTrial
from game.pictures import PictureOrder, ShownPicture, order_pictures
from game.rules import Choice, Mode, Picture, RoundSetup
from game.services import Services

# Nobody sees anything in so short a time: what comes earlier was meant for the line before.
EARLIEST_SECONDS = 0.2


class LineupPlay:
    """Asks of one line after the other which of its pictures is the fake.

    `order` has a line made as soon as it is known which, `show_next` puts it on show when it is `ready`, `take` ends
    its question. What a screen draws, and what it says between two lines, is the screen's own.
    """

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self.setup = setup
        self.trials: tuple[LineupTrial, ...] = ()
        self.on_show: tuple[ShownPicture, ...] = ()
        self.round_id = ""
        self.asks = False
        self.paused = False
        self._services = services
        self._run = services.lab.run(setup.run)
        self._problem = "" if self._run else "This forger is gone; go back and choose another one."
        self._kimg = 0
        self._order: PictureOrder | None = None
        self._arrived = False
        # Of the open question: seconds before the last pause, when it could be seen since, and whether these mean much.
        self._seconds = 0.0
        self._seen_at: float | None = None
        self._disturbed = False

    @property
    def rungs(self) -> tuple[int, ...]:
        """The ladder in kimg, up to the round's own rung: a run that is being trained may have got more since."""
        return tuple(rung for rung in (self._run.rungs if self._run else ()) if 0 < rung <= self.setup.kimg)

    @property
    def image_size(self) -> int:
        """The width of every picture, in its own pixels."""
        return self._run.config.image_size if self._run else 28

    @property
    def error(self) -> str:
        """The sentence that says why no more pictures will come, or nothing."""
        return self._problem or (self._order.error if self._order else "")

    @property
    def begun(self) -> bool:
        """Whether any line has been on show to its end."""
        return bool(self.trials)

    @property
    def ready(self) -> bool:
        """Whether the next line is there."""
        return self._order is not None and self._order.shown is not None

    @property
    def waits_for_answer(self) -> bool:
        """Whether a line can be seen that has not been judged."""
        return self.asks and self._seen_at is not None

    def order(self, kimg: int, count: int) -> None:
        """Has the next line made: `count` pictures, one of them a fake of the rung at `kimg`."""
        if self._run is None:
            return
        self._kimg, self._arrived = kimg, False
        deck, services = self._run.deck, self._services
        try:
            pictures = self._deal(kimg, count, deck, frozenset(services.seen))
        except ValueError:
            # After many rounds, or in a small folder soon, real pictures run out; then they may come again.
            services.seen.clear()
            try:
                pictures = self._deal(kimg, count, deck, frozenset())
            except ValueError:
                self._problem = f"There are too few real pictures ({len(deck.reals)}); go back and choose another run."
                return
        services.seen.update(pictures)
        self._order = order_pictures(services.forger, services.checkpoints, pictures, judge=self.setup.dataset)

    def _deal(self, kimg: int, count: int, deck: Deck, exclude: frozenset[Picture]) -> tuple[Picture, ...]:
        return deal_lineup(self.setup, len(self.trials) + 1, kimg, count, deck, exclude)

    def poll(self) -> bool:
        """Returns whether the line that was ordered has just come, or the reason why it won't."""
        news = not self._arrived and (self.ready or bool(self.error))
        self._arrived |= news
        return news

    def show_next(self) -> None:
        """Puts the line that is `ready` on show; its clock starts when it can be seen."""
        assert self._order is not None and self._order.shown is not None and not self.asks
        self.on_show, self._order = self._order.shown, None
        self.asks, self.paused = True, False
        self._seconds, self._seen_at = 0.0, None
        if not self.round_id:
            self.round_id = self._services.store_of_player().begin_round(
                self.setup, self._services.wall_clock(), self._run.key if self._run else ""
            )

    def frame_shown(self, now: float) -> None:
        """Starts the clock with the first frame that shows the line, at first or again."""
        if self.asks and not self.paused and self._seen_at is None:
            self._seen_at = now
            # What disturbed before the pictures could be seen did not disturb the answer to them.
            self._disturbed &= self._seconds > 0

    def disturb(self) -> None:
        """Marks the time of the open question as one that means nothing."""
        self._disturbed = True

    def pause(self, now: float) -> None:
        """Stops the clock of the open question; its pictures must not be drawn until `resume`."""
        if self.asks:
            self._seconds, self._seen_at = self.seconds(now), None
            self.paused = self._disturbed = True

    def resume(self) -> None:
        """Lets the pictures be seen again."""
        self.paused = False

    def seconds(self, now: float) -> float:
        """Returns for how long the open question has been seen."""
        return self._seconds + (0.0 if self._seen_at is None else now - self._seen_at)

    def can_be_answered(self, now: float) -> bool:
        """Returns whether the open question has been seen for long enough to be answered on purpose."""
        return self.waits_for_answer and self.seconds(now) >= EARLIEST_SECONDS

    def take(self, place: int | None, now: float) -> LineupTrial:
        """Ends the question with a choice, which goes to the store, or with None where time was up."""
        assert self.asks
        if place is not None:
            self._services.store.get().record(
                self.round_id,
                len(self.trials) + 1,
                [shown.picture for shown in self.on_show],
                Choice(place, self.seconds(now), self._disturbed),
                self._services.wall_clock(),
                [shown.class_name for shown in self.on_show],
            )
        trial = LineupTrial(self._kimg, self.on_show, place)
        self.trials = (*self.trials, trial)
        self.asks, self.paused, self._seen_at = False, False, None
        return trial

    def finish(self, score: int) -> None:
        """Writes the result to the store: with the last answer, so that whoever leaves then has played it all."""
        correct = sum(trial.right for trial in self.trials)
        self._services.store.get().finish_round(self.round_id, score, correct, self._services.wall_clock())


def setup_of_another(services: Services, setup: RoundSetup) -> RoundSetup:
    """Returns what another round of the same mode against the same run is: up to the last rung that there is now."""
    run, seed = services.lab.run(setup.run), services.next_seed()
    if run is None or not run.rungs:
        return replace(setup, seed=seed)
    return run.round_setup(run.rungs[-1], seed, mode=Mode(setup.mode))
