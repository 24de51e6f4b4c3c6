"""A line takes what it allows, as much as it has room for, and leaves the rest of the keyboard to others."""

from collections.abc import Iterator

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playing import screenshot

from game.ui.canvas import Canvas
from game.ui.clipboard import copy_text, paste_text
from game.ui.fitted_text import breakable, first_that_fits, visible_end, visible_start
from game.ui.inputs import Key, PointerMoved, PointerPressed, Shortcut, Typed
from game.ui.text_field import TextField, draw_text_field

PATH = "/media/somebody/a/very/long/way/down/to/the/last/folder/of/them/all/run.zip"


@pytest.fixture
def canvas(window: None) -> Iterator[Canvas]:
    surface = pygame.display.get_surface()
    assert surface is not None
    yield Canvas(surface)


def line(text: str) -> TextField:
    return TextField(text, 8)


def test_typed_text_goes_to_the_end_as_far_as_there_is_room() -> None:
    assert line("Ada").after(Typed(" B")) == line("Ada B")
    assert line("Ada").after(Typed(" Lovelace")) == line("Ada Love")
    assert line("Ada Love").after(Typed("x")) == line("Ada Love")


def test_what_is_not_allowed_is_left_out() -> None:
    assert line("a").after(Typed("b\n\tc\x00é")) == line("abcé")
    digits = TextField("1", 8, "0123456789".__contains__)
    assert digits.after(Typed("2x³٣3")) == digits.with_text("123")


def test_backspace_takes_the_last_letter() -> None:
    assert line("Ada").after(Key("backspace")) == line("Ad")
    assert line("").after(Key("backspace")) == line("")


def test_pasting_is_typing_the_clipboard() -> None:
    assert line("1 ").after(Shortcut("v"), paste=lambda: "two\nlines") == line("1 twolin")
    assert line("1").after(Shortcut("c")) is None


def test_letters_and_space_press_no_button_while_one_types() -> None:
    for key in ("space", "h", "r", "2"):
        assert line("Ada").after(Key(key)) == line("Ada")


@pytest.mark.parametrize(
    "event",
    [*map(Key, ("left", "down", "tab", "enter", "escape", "f1")), PointerMoved((1, 1)), PointerPressed((1, 1))],
)
def test_ways_out_are_left_to_the_screen(event: Key | PointerMoved | PointerPressed) -> None:
    assert line("Ada").after(event) is None


@given(st.lists(st.one_of(st.text().map(Typed), st.just(Key("backspace")), st.just(Shortcut("v")))), st.text())
def test_whatever_is_typed_the_line_stays_within_its_bounds(events: list[Typed | Key | Shortcut], pasted: str) -> None:
    field = TextField("", 5)
    for event in events:
        after = field.after(event, lambda: pasted)
        assert after is not None
        field = after
        assert len(field.text) <= 5 and field.text.isprintable()


@pytest.mark.parametrize("room", [40, 200, 500])
def test_of_a_long_text_the_end_that_fits_is_shown(canvas: Canvas, room: float) -> None:
    shown = visible_end(canvas, PATH, room)
    assert shown.startswith("…") and PATH.endswith(shown[1:])
    assert canvas.text_width(shown) <= room < canvas.text_width("…" + PATH[-len(shown) :])
    start = visible_start(canvas, PATH, room)
    assert start.endswith("…") and PATH.startswith(start[:-1])
    assert canvas.text_width(start) <= room


def test_a_text_that_fits_is_shown_as_it_is(canvas: Canvas) -> None:
    assert visible_end(canvas, "Ada", 200) == visible_start(canvas, "Ada", 200) == "Ada"
    assert visible_end(canvas, "", 200) == ""


def test_of_several_wordings_the_first_that_fits_is_taken_and_the_last_where_none_does(canvas: Canvas) -> None:
    wordings = ("a true rate of so much", "a rate", "%")
    room = canvas.text_width("a rate", 20)
    assert first_that_fits(canvas, wordings, 500, 20) == wordings[0]
    assert first_that_fits(canvas, wordings, room, 20) == "a rate"
    assert first_that_fits(canvas, wordings, 1, 20) == "%"


def test_a_word_that_is_wider_than_its_paragraph_keeps_its_end(canvas: Canvas) -> None:
    words = breakable(canvas, f"{PATH} is full.", 200).split(" ")
    assert words[1:] == ["is", "full."]
    assert words[0].endswith("run.zip") and canvas.text_width(words[0]) <= 200


def drawn(canvas: Canvas, text: str, focused: bool, placeholder: str = "") -> bytes:
    canvas.clear()
    draw_text_field(canvas, text, pygame.FRect(100, 100, 300, 48), focused, placeholder)
    return screenshot().tobytes()


def caret(canvas: Canvas, text: str, focused: bool = True) -> list[int]:
    """Returns the columns inside the field that have the caret's colour, from the field's left edge."""
    drawn(canvas, text, focused)
    row = screenshot()[124, 110:390].astype(int)
    return list((abs(row - (86, 180, 233)).sum(axis=1) < 30).nonzero()[0])


def test_the_caret_follows_the_text_and_shows_only_with_the_focus(canvas: Canvas) -> None:
    assert caret(canvas, "") < caret(canvas, "Ada") < caret(canvas, "Ada Lovelace")
    assert caret(canvas, "W" * 100), "the caret left the field"
    assert caret(canvas, "Ada", focused=False) == []


def test_the_placeholder_shows_only_where_nothing_is_written(canvas: Canvas) -> None:
    assert drawn(canvas, "", True, "a name") != drawn(canvas, "", True)
    assert drawn(canvas, "Ada", True, "a name") == drawn(canvas, "Ada", True)


def test_what_is_copied_can_be_pasted(window: None) -> None:
    assert copy_text("Übung → 3")
    assert paste_text() == "Übung → 3"


def test_a_clipboard_that_refuses_is_no_error(window: None) -> None:
    assert not copy_text("a\0b")
    pygame.quit()
    assert not copy_text("Ada")
    assert paste_text() == ""
