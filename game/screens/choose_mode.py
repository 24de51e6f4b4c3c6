"""The choice of a way to play."""

from dataclasses import replace

import pygame

from game.destinations import ChooseDifficulty, ChooseRun, PlayRound, ShowFigures, ShowHelp, ShowPlayers
from game.mode_words import MODE_WORDS, ModeWords
from game.rules import Mode
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.training_progress import training_progress
from game.training_run import TrainingRun
from game.ui.canvas import Canvas
from game.ui.dialog import draw_dialog
from game.ui.fitted_text import visible_start
from game.ui.inputs import InputEvent, Key
from game.ui.mode_glyphs import FIGURES, draw_mode_glyph
from game.ui.run_strip import draw_run_strip
from game.ui.sample_grid import SampleGrids
from game.ui.theme import HEADING, LARGE, MUTED, SMALL, TEXT
from game.ui.widgets import Button, Focus, draw_card, draw_keys
from game.words import dataset_words

_FLASH_OFF = ModeWords("Flash", "Closed: you have switched flickering pictures off.", "choose it to switch on")
_ASKED = (
    "Flash is closed because you have switched flickering pictures off. They are not for people with photosensitive "
    "epilepsy."
)
_ANSWERS = (("off", "Leave them off"), ("on", "Switch them on"))
COLUMNS = 4
GAP = 16.0
CARD_HEIGHT = 240.0
RUN_BUTTON = "run"


class ChooseModeScreen:
    """A card for each way to play and one for the figures, and the run that will be played against."""

    def __init__(self, services: Services, dataset: str) -> None:
        self._services = services
        self._dataset = dataset
        self._grids = SampleGrids()
        self._version = services.lab.version
        self._focus = Focus(services.chosen_mode)
        self._buttons: list[Button] = []
        # Whether flickering pictures shall be switched on again.
        self._asking = False
        self._answer = Focus("off")
        self._answers: list[Button] = []

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Goes on to the rungs of a way to play, or begins at once where it goes from rung to rung."""
        if self._asking:
            return self._handle_answer(event)
        match event:
            case Key(name="escape"):
                return Back()
            case Key(name="f1"):
                return Open(ShowHelp())
            case Key(name="p"):
                return Open(ShowPlayers())
            case Key(name="c") if self._has_choice:
                return Open(ChooseRun(self._dataset))
        chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        if chosen == RUN_BUTTON:
            return Open(ChooseRun(self._dataset))
        if chosen == FIGURES:
            return Open(ShowFigures(dataset=self._dataset))
        mode = self._services.chosen_mode = Mode(chosen)
        if mode is Mode.FLASH and not self._services.settings.flashing:
            self._asking, self._answer.name = True, "off"
            return Stay()
        run = self._services.chosen_run(self._dataset)
        if MODE_WORDS[mode].has_rung or run is None:
            return Open(ChooseDifficulty(self._dataset, mode))
        return Open(PlayRound(run.round_setup(run.rungs[-1], self._services.next_seed(), mode=mode)))

    def _handle_answer(self, event: InputEvent) -> Transition | None:
        chosen = "off" if event == Key("escape") else self._answer.handle(event, self._answers)
        if chosen is None:
            return None
        if chosen == "on":
            self._services.change_settings(replace(self._services.settings, flashing=True))
        self._asking = not chosen
        return Stay()

    @property
    def _has_choice(self) -> bool:
        return len(self._services.lab.playable(self._dataset)) > 1

    def update(self, now: float) -> Transition | None:
        """Shows what has become of the run."""
        if self._version == self._services.lab.version:
            return None
        self._version = self._services.lab.version
        return Stay()

    def wait_seconds(self, now: float) -> float | None:
        """Returns None: nothing here moves."""
        return None

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws the cards, four in a row."""
        page = canvas.page
        left, top = page.left + 60, page.top + 34
        title = visible_start(canvas, dataset_words(self._dataset).title, 390, HEADING, "bold")
        canvas.text(title, (left, top), HEADING, TEXT, "bold")
        name = self._services.settings.player_name
        asked = visible_start(canvas, f"How do you want to play, {name or 'guest'}?", 390, LARGE - 4)
        canvas.text(asked, (left, top + 46), LARGE - 4, MUTED)
        self._buttons = []
        run = self._services.chosen_run(self._dataset)
        if run is not None:
            self._draw_run(canvas, run, pygame.FRect(left + 410, top + 2, page.width - 530, 76))
        width = (page.width - 120 - GAP * (COLUMNS - 1)) / COLUMNS
        for place, (mode, words) in enumerate((*MODE_WORDS.items(), (FIGURES, self._figures_words()))):
            row, column = divmod(place, COLUMNS)
            box = pygame.FRect(left + column * (width + GAP), top + 98 + row * (CARD_HEIGHT + GAP), width, CARD_HEIGHT)
            self._buttons.append(Button(mode, box))
            off = mode is Mode.FLASH and not self._services.settings.flashing
            self._draw_card(canvas, self._buttons[-1], mode, _FLASH_OFF if off else words)
        hints = [("Esc", "back"), ("F1", "help")]
        if self._has_choice:
            hints.insert(1, ("C", "another run"))
        hints.insert(1, ("P", "who plays?"))
        draw_keys(canvas, hints, (left, page.bottom - 28), "bottomleft")
        keys = (("↑ ↓ ← →", "choose"), ("Enter", "go"))
        draw_keys(canvas, keys, (page.right - 60, page.bottom - 28), "bottomright")
        if self._asking:
            self._answers = draw_dialog(canvas, "Switch them on again?", _ASKED, _ANSWERS, self._answer)

    def _figures_words(self) -> ModeWords:
        name = self._services.settings.player_name
        about = "What your answers say, with how sure that is: by class, by rung, over time."
        return ModeWords("Figures", about, f"of {name}" if name else "of guests: nobody plays")

    def _draw_run(self, canvas: Canvas, run: TrainingRun, box: pygame.FRect) -> None:
        runs = self._services.lab.playable(self._dataset)
        progress = training_progress(run, self._services.lab.ticks(run)) if run.state.is_active else None
        place, button = None, Button(RUN_BUTTON, box)
        if len(runs) > 1:
            place = (runs.index(run), len(runs))
            self._buttons.append(button)
        draw_run_strip(canvas, button, self._focus, run, self._grids.newest(run), progress, place)

    def _draw_card(self, canvas: Canvas, button: Button, mode: str, words: ModeWords) -> None:
        draw_card(canvas, button, self._focus)
        box = button.box
        draw_mode_glyph(canvas, mode, (box.left + 46, box.top + 52), 48)
        canvas.text(words.title, (box.left + 84, box.top + 52), LARGE - 2, TEXT, "bold", "midleft")
        about = pygame.FRect(box.left + 24, box.top + 94, box.width - 44, 96)
        if canvas.paragraph(words.about, about, SMALL + 1, TEXT) > box.bottom - 38:
            # In a very small window there is no room for more.
            return
        length = visible_start(canvas, words.length, box.width - 44, SMALL - 1)
        canvas.text(length, (box.left + 24, box.bottom - 28), SMALL - 1, MUTED, anchor="midleft")
