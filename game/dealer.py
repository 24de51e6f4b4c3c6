"""Deals a round and has its pictures made: what has to come from the forger comes in later frames."""

from dataclasses import replace

from game.deal import Deck, class_deck, deal, most_trials
from game.pictures import PictureOrder, ShownPicture, order_labels, order_pictures
from game.rules import REAL_SPLIT, RealPicture, Round, RoundSetup
from game.services import Services
from game.tickets import Ticket

# Fewer prove nothing.
FEWEST_TRIALS = 4


class Dealer:
    """One round: `round` has no pictures until it is dealt, `problem` is a sentence where that can't be."""

    def __init__(self, services: Services, setup: RoundSetup) -> None:
        self.round = Round(setup, ())
        self.problem = ""
        self._services = services
        self._order: PictureOrder | None = None
        self._labels: Ticket | None = None
        self._run = services.lab.run(setup.run)
        if self._run is None:
            self.problem = "This forger is gone; go back and choose another one."
        elif setup.class_number is None:
            self._deal(self._run.deck)
        else:
            reals = RealPicture(setup.dataset, REAL_SPLIT, 0, setup.run if self._run.has_own_reals else "")
            self._labels = order_labels(services.forger, services.checkpoints, reals)

    @property
    def image_size(self) -> int:
        """The width of every picture of the round, in its own pixels."""
        return self._run.config.image_size if self._run else 28

    @property
    def shown(self) -> tuple[ShownPicture, ...] | None:
        """The round's pictures, or None while they are still to come."""
        return self._order.shown if self._order else None

    @property
    def error(self) -> str:
        """The sentence that says why no pictures will come, or nothing."""
        return self.problem or (self._order.error if self._order else "")

    def poll(self) -> bool:
        """Deals a round of one class as soon as the classes of the real pictures are known; returns whether it did."""
        ticket, number = self._labels, self.round.setup.class_number
        if ticket is None or not ticket.answered or self._run is None or number is None:
            return False
        self._labels, self.problem = None, ticket.error
        if ticket.labels is None:
            return True
        if number >= self._run.class_count:
            self.problem = "This forger knows no such class; go back and choose another one."
            return True
        # A stranger's run.json may claim more pictures than there are.
        deck = replace(self._run.deck, reals=range(min(self._run.real_count, len(ticket.labels))))
        self._deal(class_deck(deck, ticket.labels.tolist(), number, self._run.class_count))
        return True

    def _deal(self, deck: Deck) -> None:
        """Deals and orders; a round with few real pictures to deal from is shorter."""
        services, setup = self._services, self.round.setup
        longest = most_trials(setup.mode, len(deck.reals))
        setup = replace(setup, trial_count=min(setup.trial_count, longest))
        if setup.trial_count < FEWEST_TRIALS:
            other = "run" if setup.class_number is None else "class"
            self.problem = f"There are too few real pictures for a round ({len(deck.reals)}); choose another {other}."
            return
        try:
            pictures = deal(setup, deck, frozenset(services.seen))
        except ValueError:
            # After hundreds of rounds the test split runs out; then pictures may come again.
            services.seen.clear()
            pictures = deal(setup, deck)
        services.seen.update(pictures)
        self.round = Round(setup, pictures)
        self._order = order_pictures(services.forger, services.checkpoints, pictures, judge=setup.dataset)
