"""A round of single pictures while it is played: dealt, drawn, timed, and in the store answer by answer."""

from game.dealer import Dealer
from game.pictures import ShownPicture
from game.rules import Response, Round, RoundSetup
from game.services import Services


class RoundPlay:
    """Asks for one picture after the other; what a screen draws, and what it says between two, is the screen's own.

    `take` ends the question that is open, `ask_next` opens the next one.
    """

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self._services = services
        self._dealer = Dealer(services, setup)
        self.round: Round = self._dealer.round
        self.shown: tuple[ShownPicture, ...] | None = None
        self.round_id = ""
        self._asks = True
        self._shown_at: float | None = None
        self._disturbed = False

    @property
    def image_size(self) -> int:
        """The width of every picture, in its own pixels."""
        return self._dealer.image_size

    @property
    def error(self) -> str:
        """The sentence that says why no pictures will come, or nothing."""
        return self._dealer.error

    @property
    def begun(self) -> bool:
        """Whether anything has been answered."""
        return bool(self.round.responses)

    @property
    def waits_for_answer(self) -> bool:
        """Whether a picture can be seen that has not been judged."""
        return self._asks and self._shown_at is not None

    @property
    def on_show(self) -> ShownPicture | None:
        """The picture that is asked for, or after its answer the one that was; None before the first."""
        if self.shown is None:
            return None
        return self.shown[len(self.round.responses) - (not self._asks)]

    def poll(self) -> bool:
        """Takes in what the forger has sent; returns whether there is something new to draw."""
        dealt = self._dealer.poll()
        if dealt:
            self.round = self._dealer.round
        if self.shown is not None or self._dealer.shown is None:
            return dealt
        self.shown = self._dealer.shown
        setup, services = self.round.setup, self._services
        self.round_id = services.store_of_player().begin_round(
            setup, services.wall_clock(), services.run_key(setup.run)
        )
        return True

    def disturb(self) -> None:
        """Marks the time of the open question as one that means nothing."""
        self._disturbed = True

    def frame_shown(self, now: float) -> None:
        """Starts the clock of a picture with the first frame that shows it."""
        if self.shown is not None and self._asks and self._shown_at is None:
            # What disturbed before the picture could be seen did not disturb the answer to it.
            self._shown_at, self._disturbed = now, False

    def time(self, now: float) -> tuple[float, bool]:
        """Returns for how many seconds the open question has been seen, and whether that means nothing."""
        assert self._shown_at is not None, "a picture is on show"
        return now - self._shown_at, self._disturbed

    def take(self, response: Response, finishes: bool | None = None) -> None:
        """Writes a response to the store, and the result with the last one: whoever leaves then has played it all.

        `finishes` says whether it is the last one, where the number of pictures does not.
        """
        shown = self.on_show
        assert shown is not None and self._asks
        store, number = self._services.store.get(), self.round.number
        when = self._services.wall_clock()
        store.record(self.round_id, number, [shown.picture], response, when, [shown.class_name])
        self.round = self.round.answered(response)
        if self.round.finished if finishes is None else finishes:
            store.finish_round(self.round_id, self.round.score, self.round.counts.correct, when)
        self._asks, self._shown_at = False, None

    def ask_next(self) -> None:
        """Opens the next question; its clock starts when it can be seen."""
        self._asks = not self.round.finished
