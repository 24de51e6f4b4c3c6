"""Sharp and inside the window at every size: pictures in whole squares, text never too small, nothing cut off."""

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pygame
import pytest
from playing import Recorder, screenshot
from stages import STAGES, begin

from game.play_command import open_window
from game.ui.canvas import Canvas

SIZES = [(640, 400), (800, 600), (1280, 720), (3840, 2160)]
# Of every screen; the first is smaller than a letter of 11 pixels fits, and only has to draw.
LAYOUT_SIZES = [(800, 600), (1280, 720), (2560, 1440)]

# They lie on what they interrupt.
DIALOGUES = (
    "practice-leaving",
    "measured-leaving",
    "duel-leaving",
    "flash-leaving",
    "flash-card-asking",
    "players-naming",
    "players-deleting",
)


@pytest.fixture(autouse=True)
def _closed_window() -> Iterator[None]:
    yield
    pygame.quit()


def opened(size: tuple[int, int]) -> Canvas:
    open_window(size, full_screen=False)
    surface = pygame.display.get_surface()
    assert surface is not None
    surface.fill((200, 30, 30))
    return Canvas(surface)


# Pictures


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("side", [56.0, 90.0, 394.0])
def test_every_pixel_of_a_picture_becomes_a_uniform_square(size: tuple[int, int], side: float) -> None:
    canvas = opened(size)
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    box = pygame.FRect(canvas.page.left + 431.3, canvas.page.top + 97.7, side, side)
    canvas.picture(pixels, box)
    drawn = canvas.pixel_box(canvas.picture_box(box, 28))
    assert drawn.width == drawn.height and drawn.width % 28 == 0
    k = drawn.width // 28
    shown = screenshot()[drawn.top : drawn.bottom, drawn.left : drawn.right]
    expected = np.kron(pixels, np.ones((k, k), np.uint8))
    assert (shown == expected[..., np.newaxis]).all()
    outside = np.array(screenshot())
    outside[drawn.top : drawn.bottom, drawn.left : drawn.right] = (200, 30, 30)
    assert (outside == (200, 30, 30)).all()


@pytest.mark.parametrize("pixels", [28, 32, 64])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_picture_is_as_large_as_whole_numbers_allow_and_stays_in_its_box(size: tuple[int, int], pixels: int) -> None:
    canvas = opened(size)
    for side in (56.0, 64.0, 90.0, 200.0, 394.0):
        room = canvas.pixel_box(pygame.FRect(100, 100, side, side))
        drawn = canvas.pixel_box(canvas.picture_box(pygame.FRect(100, 100, side, side), pixels))
        fitting = [times * pixels for times in range(1, 50)] if min(room.size) >= pixels else [pixels // 2, pixels // 3]
        assert drawn.width == max(width for width in fitting if width <= min(room.size))
        assert room.contains(drawn)


def test_colours_are_squares_too() -> None:
    canvas = opened((1280, 720))
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    canvas.picture(pixels, pygame.FRect(100, 100, 70, 70))
    assert (screenshot()[103:167, 103:167] == pixels.repeat(2, axis=0).repeat(2, axis=1)).all()


def test_a_picture_without_room_is_drawn_as_the_means_of_its_squares() -> None:
    canvas = opened((1280, 720))
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    canvas.picture(pixels, pygame.FRect(100, 100, 40, 40))
    means = pixels.astype(float).reshape(32, 2, 32, 2, 3).mean(axis=(1, 3)).round()
    assert (screenshot()[104:136, 104:136] == means).all()


def test_a_picture_of_another_size_is_squares_too() -> None:
    canvas = opened((1280, 720))
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4), np.uint8)
    canvas.picture(pixels, pygame.FRect(100, 100, 43, 43))
    assert (screenshot()[101:141, 101:141] == np.kron(pixels, np.ones((10, 10), np.uint8))[..., np.newaxis]).all()


# The sheet


@pytest.mark.parametrize("size", [*SIZES, (1000, 400), (640, 1000)], ids=str)
def test_the_page_is_the_largest_one_of_its_shape_in_the_middle(size: tuple[int, int]) -> None:
    canvas = opened(size)
    assert canvas.scale == pytest.approx(min(size[0] / 1280, size[1] / 720))
    page = pygame.FRect(*(side * canvas.scale for side in canvas.page))
    assert page.center == pytest.approx((size[0] / 2, size[1] / 2))
    assert page.width <= size[0] + 0.01 and page.height <= size[1] + 0.01


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_pixel_and_its_place_on_the_sheet_belong_together(size: tuple[int, int]) -> None:
    canvas = opened(size)
    for pixel in ((0, 0), (size[0] - 1, size[1] - 1), (123, 321)):
        point = canvas.sheet_point(pixel)
        assert (canvas.pixels(point[0]), canvas.pixels(point[1])) == pixel


def test_neighbours_on_the_sheet_are_neighbours_in_pixels() -> None:
    canvas = opened((1111, 653))
    boxes = [canvas.pixel_box(pygame.FRect(place * 33.3, 0, 33.3, 10)) for place in range(30)]
    assert all(left.right == right.left for left, right in pairwise(boxes))


# Text


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_text_is_as_high_as_its_scale_and_never_lower_than_eleven_pixels(size: tuple[int, int]) -> None:
    canvas = opened(size)
    for height in (8, 15, 20, 72):
        expected = max(11, round(height * canvas.scale))
        assert canvas.font(height, "regular").point_size == expected


def test_text_lies_where_its_anchor_says() -> None:
    canvas = opened((1280, 720))
    for anchor in ("topleft", "midright", "center", "bottomleft"):
        box = canvas.text("Real or Fake?", (600, 300), anchor=anchor)
        assert getattr(box, anchor) == pytest.approx((600, 300), abs=1)


def test_a_paragraph_breaks_its_lines_at_the_width_of_its_box_and_never_at_a_no_break_space() -> None:
    canvas = opened((1280, 720))
    text = "seventeen words that go on and on about 64\u202f000 pictures and must be broken somewhere or other"
    lines = canvas._lines(text, 200, 20, "regular")
    assert " ".join(lines) == text
    assert len(lines) > 3
    assert all(canvas.text_width(line) <= 200 for line in lines)
    assert any("64\u202f000" in line for line in lines)
    assert canvas.paragraph(text, pygame.FRect(10, 10, 200, 0)) == pytest.approx(10 + len(lines) * 28)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_height_of_a_paragraph_is_known_before_it_is_drawn(size: tuple[int, int]) -> None:
    canvas = opened(size)
    for text in ("", "one", "one\n\ntwo", "many words that go on " * 9):
        for width in (1, 120, 900):
            height = canvas.paragraph_height(text, width, 17, "semibold")
            below = canvas.paragraph(text, pygame.FRect(10, 30, width, 0), 17, weight="semibold")
            assert below == pytest.approx(30 + height)
    assert canvas.paragraph_height("one\ntwo", 900) == pytest.approx(2 * canvas.line_height(20))


# What is drawn again and again


def test_what_was_drawn_is_kept_but_not_for_ever() -> None:
    canvas = opened((640, 400))
    for count in range(2000):
        canvas.text(str(count), (10, 10))
    assert len(canvas._kept) <= 600


def test_of_what_changes_only_the_newest_is_kept() -> None:
    canvas = opened((640, 400))
    kept = [canvas.kept("chart", content, lambda content=content: [content]) for content in range(5)]
    assert kept == [[0], [1], [2], [3], [4]]
    assert canvas.kept("chart", 4, list) is kept[4]
    assert canvas.kept("chart", 0, list) == []
    canvas.kept("another", 0, list)
    assert len(canvas._newest) == 2


def test_a_film_is_drawn_whole_but_only_its_newest_picture_is_kept() -> None:
    canvas = opened((1280, 720))
    box = pygame.FRect(100, 100, 240, 240)
    for level in range(50):
        pixels = np.full((224, 224), level, np.uint8)
        pixels[3, 7] = 255
        canvas.large_picture(pixels, box)
        shown = screenshot()[108:332, 108:332]
        assert (shown == pixels[..., np.newaxis]).all()
    assert len(canvas._newest) == 1 and not canvas._kept


# Screens


def ink(box: pygame.Rect) -> pygame.Rect:
    """Returns the part of a line's box that letters reach: a font leaves room above and below."""
    return box.inflate(-2, -round(0.45 * box.height))


@pytest.mark.parametrize("size", LAYOUT_SIZES, ids=str)
@pytest.mark.parametrize("name", STAGES)
def test_nothing_leaves_the_window_or_lies_on_something_else(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], name: str
) -> None:
    recorder = Recorder(monkeypatch)
    stage = begin(runs, tmp_path, size)
    STAGES[name](stage)
    stage.redraw()
    screen, canvas = pygame.Rect((0, 0), size), stage.player.app.canvas
    assert recorder.texts
    assert min(recorder.heights) >= 11
    for text, box in recorder.texts:
        assert screen.contains(ink(box)), f"{text!r} leaves the window: {box}"
    boxes = [(button.name, canvas.pixel_box(button.box)) for button in stage.player.buttons]
    for label, box in boxes:
        assert screen.contains(box), f"the button {label!r} leaves the window: {box}"
    for (first, first_box), (second, second_box) in combinations(boxes, 2):
        assert not first_box.colliderect(second_box), f"the buttons {first!r} and {second!r} overlap"
    if name not in DIALOGUES:
        for (first, first_box), (second, second_box) in combinations(recorder.texts, 2):
            assert not ink(first_box).colliderect(ink(second_box)), f"{first!r} lies on {second!r}"
    for button in stage.player.buttons:
        for text, box in recorder.texts:
            if text and text == button.label:
                assert canvas.pixel_box(button.box).contains(ink(box)), f"{text!r} is wider than its button"
    stage.player.close()


@pytest.mark.parametrize("name", ["title", "difficulty", "practice-question", "results-naming", "high-scores", "help"])
def test_the_smallest_window_draws_every_screen(runs: Path, tmp_path: Path, name: str) -> None:
    stage = begin(runs, tmp_path, (640, 400))
    STAGES[name](stage)
    stage.redraw()
    assert screenshot().std() > 5
    stage.player.close()


@pytest.mark.parametrize(("size", "roomy"), [((1280, 720), True), ((640, 400), False)])
def test_results_say_all_that_there_is_room_for_beside_the_pictures(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], roomy: bool
) -> None:
    recorder = Recorder(monkeypatch)
    stage = begin(runs, tmp_path, size)
    STAGES["results"](stage)
    stage.redraw()
    left_of_pictures = next(box.left for text, box in recorder.texts if text.startswith("Your round"))
    for beginning, only_where_roomy in (("hits ", "fooling rate"), ("[ ]", "and bar"), ("Your round", "your answer")):
        ((text, box),) = [(text, box) for text, box in recorder.texts if text.startswith(beginning)]
        assert (only_where_roomy in text) is roomy, text
        assert ink(box).right <= (size[0] if beginning == "Your round" else left_of_pictures)
    stage.player.close()
