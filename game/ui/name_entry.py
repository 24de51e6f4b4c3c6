"""Whose score it was: the chosen player's; a guest is asked for a name where it belongs among the best."""

from dataclasses import replace

from game.rules import RoundSetup
from game.services import Services
from game.settings import MAX_NAME_LENGTH
from game.ui.inputs import InputEvent, Key
from game.ui.text_field import TextField
from game.words import ordinal

LISTED_PLACES = 10


class NameEntry:
    """The name of a finished round: `listed` says whether it is among the best, `asking` whether one is being typed.

    `place`, from 1, is where it stands, and `praise` says so in words.
    """

    def __init__(self, services: Services, setup: RoundSetup, round_id: str, score: int) -> None:
        self._services = services
        self._round_id = round_id
        store, of_setup = services.store.get(), (setup.mode, setup.trial_count)
        self.place = store.rank_of(setup.dataset, setup.run, setup.kimg, score, *of_setup, round_id)
        self.listed = self.place <= LISTED_PLACES and score > 0
        # To be the best of one is no praise.
        others = store.high_scores(setup.dataset, setup.run, setup.kimg, 2, *of_setup)
        alone = all(score.round_id == round_id for score in others)
        self.praise = "first on the list" if alone else f"{ordinal(self.place)} here"
        self.field = TextField(services.settings.player_name, MAX_NAME_LENGTH)
        # Whoever has said who plays is not asked again: a key too many would make another player of them.
        self.asking = self.listed and not services.settings.player_id
        # The key that led here may still have its letter on the way: letters count from the first frame on.
        self.seen = False
        if not self.asking:
            self.keep()

    def handle(self, event: InputEvent) -> bool:
        """Takes what is typed; returns whether anything changed."""
        match event:
            case Key(name="enter"):
                self.keep()
            case Key(name="escape"):
                # No name: the round stays out of the list.
                self._services.store.get().name_round(self._round_id, None)
                self.asking = False
            case _ if self.seen and (typed := self.field.after(event)) is not None:
                self.field = typed
            case _:
                return False
        return True

    def keep(self) -> None:
        """Gives the round to the name in the field, who plays from now on; a blank one is nobody's."""
        name, store, settings = self.field.text.strip(), self._services.store.get(), self._services.settings
        player_id = store.name_round(self._round_id, name)
        if player_id and (name, player_id) != (settings.player_name, settings.player_id):
            self._services.change_settings(replace(settings, player_name=name, player_id=player_id))
        self.asking = False
