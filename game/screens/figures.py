"""A player's figures: of which pictures, run and way to play, and of them one page after the other."""

import pygame

from game.counted_figures import CountedProfile, count_profile
from game.counting import Counting
from game.destinations import ShowFigures, ShowGeneratorFigures, ShowHelp, ShowPlayers, ShowSignalDetection
from game.interval_words import per_cent
from game.kind_words import counted, way_to_play
from game.played_kinds import Combination, Instrument, combinations, counts_broken_off
from game.profile import Profile
from game.recurrence import MOST_RECURRING
from game.screen import Back, Open, Stay, Transition
from game.services import Services
from game.stored_trial import StoredTrial
from game.ui.canvas import Canvas
from game.ui.counting_bar import draw_counting
from game.ui.explained import BARS_HINT, HINT, Explanations, is_figure
from game.ui.figures_head import arrows, draw_kind, draw_name, draw_rung
from game.ui.inputs import InputEvent, Key, PointerMoved, PointerPressed
from game.ui.kind_rows import KindRows, place_of
from game.ui.profile_pages import Page, draw_page, pages_of
from game.ui.tabs import draw_tabs, page_of, tab_name
from game.ui.theme import BODY, LARGE, MUTED, SMALL, TEXT, WRONG
from game.ui.widgets import Button, Focus, draw_button, draw_keys
from game.words import number

GUESTS = "guests"
_KIND, _EASIER, _HARDER, _LINE, _EVERYBODY, _PLAYERS = "kind", "easier", "harder", "line", "everybody", "players"


class FiguresScreen:
    """Pages about one way to play; C, or the card at the top, chooses another one."""

    def __init__(self, services: Services, wanted: ShowFigures) -> None:
        self._services = services
        self._wanted = wanted
        self._kinds = KindRows()
        self._explanations = Explanations()
        self._page = Page.OVERVIEW
        self._choosing = False
        self._focus = Focus(tab_name(self._page))
        self._buttons: list[Button] = []
        self._counting: Counting[CountedProfile] | None = None
        self._seen: object = None
        self._read_player()

    # What is on show

    def _read_player(self) -> None:
        """Takes whoever is wanted, or who plays now, and what they have played."""
        store, settings = self._services.store_of_player(), self._services.settings
        now = store.player
        self._follows = (settings.player_name, settings.player_id)
        self._player_id = self._wanted.player_id if self._wanted.player_id is not None else (now.id if now else "")
        self._name = self._wanted.name if self._wanted.player_id is not None else (now.name if now else "")
        self._combinations = combinations(store.kinds(self._player_id))
        self._chosen: Combination | None = None
        if self._combinations:
            own = [one for one in self._combinations if one.dataset == self._wanted.dataset]
            self._choose((own or list(self._combinations))[0])

    def _choose(self, combination: Combination) -> None:
        """Shows the figures of a combination, at the rung that was played last."""
        self._chosen, self._choosing = combination, False
        self._trials: list[StoredTrial] | None = None
        self._kimg: int | None = combination.last_kimg
        if self._page not in pages_of(combination.instrument):
            self._page = Page.OVERVIEW
        self._focus.name = tab_name(self._page)
        self._count()

    def _count(self) -> None:
        """Begins to count, in the background, the figures at the rung on show."""
        assert self._chosen is not None, "there is something to count"
        self._stop()
        self._counting = count_profile(self._services, self._player_id, self._chosen, self._kimg, self._trials)

    def _stop(self) -> None:
        if self._counting is not None:
            self._counting.cancel()

    @property
    def _profile(self) -> Profile | None:
        found = self._counting.result if self._counting else None
        return found.profile if found else None

    @property
    def _rungs(self) -> tuple[int | None, ...]:
        """What of the ladder can be shown: each rung that was played, and where there are several, all of them."""
        if self._chosen is None or self._chosen.instrument is Instrument.PAIRS:
            return ()
        return (*self._chosen.kimgs, *((None,) if len(self._chosen.kimgs) > 1 else ()))

    # Inputs

    def handle(self, event: InputEvent, now: float) -> Transition | None:
        """Turns pages, changes the rung, or chooses another way to play."""
        if event == Key("f1"):
            return Open(ShowHelp())
        if event == Key("escape"):
            return self._leave()
        if self._choosing:
            return self._handle_choice(event)
        match event:
            case Key(name="c") if len(self._combinations) > 1:
                return self._press(_KIND)
            case Key(name="tab") if self._chosen is not None:
                return self._turn()
        before = self._focus.name
        chosen = self._focus.handle(event, self._buttons)
        if not isinstance(event, PointerMoved) and (page := page_of(self._focus.name)):
            # A tab that has the focus is the one on show. Whoever comes from above or below has not chosen another.
            if page_of(before) or isinstance(event, PointerPressed):
                self._page = Page(page)
            self._focus.name = tab_name(self._page)
        return None if chosen is None else self._press(chosen)

    def _leave(self) -> Transition:
        if self._choosing:
            self._choosing, self._focus.name = False, _KIND
            return Stay()
        self._stop()
        return Back()

    def _handle_choice(self, event: InputEvent) -> Transition | None:
        chosen = self._kinds.handle(event, self._combinations, self._focus)
        if chosen is None:
            chosen = self._focus.handle(event, self._buttons)
        if not chosen:
            return None if chosen is None else Stay()
        self._services.sounds.play("choose")
        self._choose(self._combinations[place_of(chosen)])
        return Stay()

    def _turn(self) -> Transition:
        assert self._chosen is not None
        pages = pages_of(self._chosen.instrument)
        self._page = pages[(pages.index(self._page) + 1) % len(pages)]
        self._focus.name = tab_name(self._page)
        return Stay()

    def _step(self, steps: int) -> Transition | None:
        """Shows another rung, or all of them together."""
        rungs = self._rungs
        if len(rungs) < 2:
            return None
        self._kimg = rungs[(rungs.index(self._kimg) + steps) % len(rungs)]
        self._count()
        return Stay()

    def _press(self, chosen: str) -> Transition | None:
        match chosen:
            case "easier":
                return self._step(-1)
            case "harder":
                return self._step(1)
            case "kind":
                self._choosing = True
                self._kinds.reveal(self._combinations, self._chosen, self._focus)
            case "players":
                return Open(ShowPlayers())
            case "everybody" if self._chosen is not None:
                return Open(ShowGeneratorFigures(self._chosen.dataset, self._chosen.run, self._chosen.run_key))
            case "line" if self._profile is not None and self._chosen is not None:
                where = "" if self._kimg is None else f" · {number(self._kimg)} kimg"
                title = f"{self._name or 'Guests'}: {way_to_play(self._services.lab, self._chosen)}{where}"
                return Open(ShowSignalDetection(self._profile.counts, title))
        return Stay()

    def update(self, now: float) -> Transition | None:
        """Shows the figures once they are counted, and another player's where another one plays now."""
        settings = self._services.settings
        if self._wanted.player_id is None and self._follows != (settings.player_name, settings.player_id):
            self._stop()
            self._counting = None
            self._read_player()
            return Stay()
        counting = self._counting
        if counting is None:
            return None
        if counting.result is not None:
            self._trials = counting.result.trials
        seen = (counting, counting.done, counting.is_slow, counting.share, counting.text)
        changed, self._seen = seen != self._seen, seen
        return Stay() if changed else None

    def wait_seconds(self, now: float) -> float | None:
        """Returns None, but while figures are counted, as how far that is can be seen."""
        return 0.05 if self._counting is not None and not self._counting.done else None

    # The page

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draws whose figures these are, of what, and the page."""
        page = canvas.page
        left, top = page.left + 60, page.top + 26
        self._explanations.clear()
        self._buttons = []
        draw_name(canvas, (left, top), self._name or GUESTS)
        if self._chosen is None:
            self._draw_nothing(canvas, pygame.FRect(left, top + 120, 800, 200))
            return
        if self._choosing:
            canvas.text("Figures of what?", (left, top + 84), LARGE - 2, TEXT, "semibold")
            rows = pygame.FRect(left, top + 124, page.width - 120, 0)
            self._buttons = self._kinds.draw(canvas, rows, self._combinations, self._services.lab, self._focus)
            draw_keys(canvas, (("Esc", "leave it"),), (left, page.bottom - 28), "bottomleft")
            draw_keys(canvas, (("Enter", "choose"),), (page.right - 60, page.bottom - 28), "bottomright")
            return
        head = pygame.FRect(page.right - 60 - 750, top - 2, 750, 70)
        self._buttons += self._draw_kind(canvas, self._chosen, head)
        self._draw_tabs(canvas, self._chosen, pygame.FRect(left, top + 78, page.width - 120, 44))
        self._draw_page(canvas, pygame.FRect(left, top + 142, page.width - 120, 398))
        foot = pygame.FRect(left, page.bottom - 142, page.width - 120, 60)
        of_bars = self._page in (Page.OVERVIEW, Page.CLASSES)
        self._explanations.draw_line(canvas, foot, self._focus, BARS_HINT if of_bars else HINT)
        for button in self._buttons:
            if button.label and not page_of(button.name):
                draw_button(canvas, button, self._focus, SMALL)
        self._buttons += self._explanations.buttons
        hints = [("Esc", "back"), ("F1", "help")]
        if len(self._combinations) > 1:
            hints.insert(1, ("C", "figures of something else"))
        draw_keys(canvas, hints, (left, page.bottom - 28), "bottomleft")
        if self._chosen is not None and len(pages_of(self._chosen.instrument)) > 1:
            draw_keys(canvas, (("Tab", "next page"),), (page.right - 60, page.bottom - 28), "bottomright")

    def _draw_nothing(self, canvas: Canvas, box: pygame.FRect) -> None:
        text = f"{self._name} has not played anything yet that counts. Odd one out does not: it is just for fun."
        if not self._name:
            text = "Nothing was played without a name yet. Say who plays, and your rounds are counted as yours."
        y = canvas.paragraph(text, box, BODY, MUTED)
        if self._wanted.player_id is None:
            self._buttons = [Button(_PLAYERS, pygame.FRect(box.left, y + 20, 240, 54), "Who plays?", "primary")]
            if self._focus.name not in (_PLAYERS, ""):
                self._focus.name = _PLAYERS
            draw_button(canvas, self._buttons[0], self._focus)
        page = canvas.page
        draw_keys(canvas, (("Esc", "back"), ("F1", "help")), (box.left, page.bottom - 28), "bottomleft")

    def _draw_kind(self, canvas: Canvas, chosen: Combination, box: pygame.FRect) -> list[Button]:
        """Draws what the figures are of, and the rung, each with a way to others where there are any."""
        rungs, buttons = self._rungs, []
        card = Button(_KIND, pygame.FRect(box.left, box.top, box.width - (264 if rungs else 0), box.height))
        if len(self._combinations) > 1:
            buttons.append(card)
        draw_kind(canvas, card, chosen, self._services.lab, self._focus)
        if rungs:
            place = pygame.FRect(card.box.right + 14, box.top, 250, box.height)
            draw_rung(canvas, place, self._kimg)
            if len(rungs) > 1:
                buttons += arrows(place, _EASIER, _HARDER)
        return buttons

    def _draw_tabs(self, canvas: Canvas, chosen: Combination, box: pygame.FRect) -> None:
        pages = [(page, str(page)) for page in pages_of(chosen.instrument)]
        self._buttons += draw_tabs(canvas, box, pages, self._page, self._focus)
        links = [(_EVERYBODY, "All players  ›")]
        profile = self._profile
        if (
            profile is not None
            and chosen.instrument in (Instrument.SINGLE, Instrument.DUEL)
            and not profile.mixes_rungs
        ):
            links.append((_LINE, "Your line  ›"))
        x = box.right
        for name, label in links:
            width = canvas.text_width(label, SMALL, "semibold") + 36
            x -= width
            self._buttons.append(Button(name, pygame.FRect(x, box.top + 2, width, box.height - 8), label))
            x -= 10

    def _draw_page(self, canvas: Canvas, box: pygame.FRect) -> None:
        counting, profile = self._counting, self._profile
        if counting is None or profile is None:
            if counting is not None and counting.error:
                canvas.paragraph(counting.error, box, BODY, WRONG)
            elif counting is not None and counting.is_slow:
                draw_counting(canvas, box, counting.text, counting.share)
            return
        draw_page(canvas, box, self._page, profile, self._explanations, self._focus)
        if not is_figure(self._focus.name):
            remarks = pygame.FRect(box.left, box.bottom + 48, box.width, 0)
            canvas.paragraph(" ".join(self._remarks(profile)), remarks, SMALL, MUTED)

    def _remarks(self, profile: Profile) -> list[str]:
        """Returns what is counted though one may not expect it, or is not."""
        assert self._chosen is not None
        remarks = [] if self._name else ["Guests may be several people."]
        if profile.broken_off:
            counts = "count too" if counts_broken_off(self._chosen.mode) else "do not count"
            answers = counted(profile.broken_off, "answer")
            remarks.append(f"{answers} of rounds that were broken off {counts}.")
        if profile.duel is not None and profile.duel.earlier and self._page is Page.OVERVIEW:
            answers = counted(profile.duel.earlier, "answer")
            remarks.append(f"{answers} beside earlier discriminators of this run are not on this page.")
        if profile.recurring > MOST_RECURRING:
            remarks.append(f"{per_cent(profile.recurring)} of the answers are to pictures that had come before.")
        return remarks
