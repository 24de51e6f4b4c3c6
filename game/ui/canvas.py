"""The sheet a screen draws on: laid out in sheet units, rendered at the window's true size."""

import math
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import numpy as np
import pygame
from numpy.typing import NDArray

from game.ui import shapes
from game.ui.theme import (
    BODY,
    DESK,
    DESK_LIT,
    EDGE,
    FONT_FILES,
    MIN_TEXT_PIXELS,
    PANEL,
    SHEET_HEIGHT,
    SHEET_WIDTH,
    TEXT,
    Colour,
    Weight,
)

# Enough for several screens; older entries go first.
KEPT_SURFACES = 600
LINE_SPACING = 1.4
Point = tuple[float, float]
Span = tuple[str, Colour, Weight]
T = TypeVar("T")


class Canvas:
    """Draws on a surface in sheet units; `area` is all of it, `page` the 1280×720 in its middle.

    Positions name the point of a thing that lies there, as pygame's rectangles do: "topleft", "center", "midright", …
    """

    def __init__(self, surface: pygame.Surface, scale: float | None = None) -> None:
        self.surface = surface
        self.size = width, height = surface.get_size()
        self.scale = scale or min(width / SHEET_WIDTH, height / SHEET_HEIGHT)
        self.area = pygame.FRect(0, 0, width / self.scale, height / self.scale)
        self.page = pygame.FRect(0, 0, SHEET_WIDTH, SHEET_HEIGHT)
        self.page.center = self.area.center
        # Key caps drawn since the last `clear`: a click on one is as good as the key.
        self._key_caps: list[tuple[pygame.FRect, str]] = []
        self._fonts: dict[tuple[Weight, int], pygame.Font] = {}
        self._kept: dict[object, pygame.Surface] = {}
        self._newest: dict[object, tuple[object, object]] = {}

    def pixels(self, length: float) -> int:
        """Returns a length in whole pixels."""
        return round(length * self.scale)

    def pixel_box(self, box: pygame.FRect) -> pygame.Rect:
        """Returns a box in whole pixels, such that neighbours in sheet units are neighbours in pixels."""
        left, top = self.pixels(box.left), self.pixels(box.top)
        # At least one pixel: a window can be made so small that a thing would vanish.
        return pygame.Rect(left, top, max(1, self.pixels(box.right) - left), max(1, self.pixels(box.bottom) - top))

    def sheet_point(self, pixel: tuple[int, int]) -> Point:
        """Returns where on the sheet a pixel of the window lies."""
        return pixel[0] / self.scale, pixel[1] / self.scale

    def _keep(self, key: object, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        surface = self._kept.pop(key, None) or make()
        # Put back last: the dictionary's order is the order of use.
        self._kept[key] = surface
        if len(self._kept) > KEPT_SURFACES:
            del self._kept[next(iter(self._kept))]
        return surface

    def kept(self, place: object, content: object, make: Callable[[], T]) -> T:
        """Returns what `make` returned for this content; of each place only the newest is kept, as of a live chart."""
        if place not in self._newest or self._newest[place][0] != content:
            self._newest[place] = (content, make())
        # Only `make` for this very content can have put it there.
        return cast(T, self._newest[place][1])

    def add_key_cap(self, box: pygame.FRect, key: str) -> None:
        """Makes a box on the sheet mean a key, by the name that `inputs.Key` has for it."""
        self._key_caps.append((box, key))

    def key_at(self, at: Point) -> str | None:
        """Returns the key that a point of the sheet stands for, the last drawn first, or None."""
        return next((key for box, key in reversed(self._key_caps) if box.collidepoint(at)), None)

    def clear(self) -> None:
        """Covers everything with the desk."""
        self._key_caps.clear()
        size = self.surface.get_size()
        self.surface.blit(self._keep("desk", lambda: shapes.desk(size, DESK, DESK_LIT)), (0, 0))

    def font(self, size: float, weight: Weight) -> pygame.Font:
        """Returns the bundled font at the window's true size."""
        key = (weight, max(MIN_TEXT_PIXELS, self.pixels(size)))
        if key not in self._fonts:
            self._fonts[key] = pygame.Font(str(FONT_FILES[weight]), key[1])
        return self._fonts[key]

    def text_width(self, text: str, size: float = BODY, weight: Weight = "regular") -> float:
        """Returns how wide a text is, in sheet units."""
        return self.font(size, weight).size(_drawable(text))[0] / self.scale

    def text(
        self,
        text: str,
        at: Point,
        size: float = BODY,
        colour: Colour = TEXT,
        weight: Weight = "regular",
        anchor: str = "topleft",
    ) -> pygame.FRect:
        """Draws one line and returns the box it fills."""
        return self.spans([(text, colour, weight)], at, size, anchor)

    def spans(self, spans: Sequence[Span], at: Point, size: float = BODY, anchor: str = "topleft") -> pygame.FRect:
        """Draws one line of differently coloured and weighted texts and returns the box it fills."""
        rendered = [self._rendered(text, size, colour, weight) for text, colour, weight in spans]
        box = pygame.Rect(0, 0, sum(s.get_width() for s in rendered), max(s.get_height() for s in rendered))
        setattr(box, anchor, (self.pixels(at[0]), self.pixels(at[1])))
        x = box.left
        for surface in rendered:
            self.surface.blit(surface, (x, box.top))
            x += surface.get_width()
        scale = self.scale
        return pygame.FRect(box.left / scale, box.top / scale, box.width / scale, box.height / scale)

    def _rendered(self, text: str, size: float, colour: Colour, weight: Weight) -> pygame.Surface:
        font = self.font(size, weight)
        key = ("text", text, font.get_height(), colour, weight)
        return self._keep(key, lambda: font.render(_drawable(text), True, colour))

    def paragraph(
        self, text: str, box: pygame.FRect, size: float = BODY, colour: Colour = TEXT, weight: Weight = "regular"
    ) -> float:
        """Draws a text broken into lines as wide as the box, and returns the y below the last one."""
        y = box.top
        for line in self._lines(text, box.width, size, weight):
            self.text(line, (box.left, y), size, colour, weight)
            y += self.line_height(size)
        return y

    def paragraph_height(self, text: str, width: float, size: float = BODY, weight: Weight = "regular") -> float:
        """Returns how high a text is when it is broken into lines of this width."""
        return len(self._lines(text, width, size, weight)) * self.line_height(size)

    def line_height(self, size: float) -> float:
        """Returns the distance between the lines of a paragraph."""
        return max(size, MIN_TEXT_PIXELS / self.scale) * LINE_SPACING

    def _lines(self, text: str, width: float, size: float, weight: Weight) -> list[str]:
        lines = []
        for paragraph in text.split("\n"):
            line = ""
            # Only at plain spaces: a no-break space is there to keep a number and its unit together.
            for word in paragraph.split(" "):
                longer = f"{line} {word}" if line else word
                if line and self.text_width(longer, size, weight) > width:
                    lines.append(line)
                    line = word
                else:
                    line = longer
            lines.append(line)
        return lines

    def panel(
        self,
        box: pygame.FRect,
        fill: Colour = PANEL,
        edge: Colour | None = EDGE,
        radius: float = 14,
        edge_width: float = 1.5,
    ) -> None:
        """Draws a rounded rectangle."""
        place = self.pixel_box(box)
        radius_pixels, edge_pixels = radius * self.scale, max(1.0, edge_width * self.scale)
        self.surface.blit(
            self._keep(
                ("panel", place.size, fill, edge, radius_pixels, edge_pixels),
                lambda: shapes.rounded_rectangle(place.size, radius_pixels, fill, edge, edge_pixels if edge else 0),
            ),
            place,
        )

    def octagon(
        self,
        box: pygame.FRect,
        fill: Colour,
        edge: Colour | None = None,
        edge_width: float = 0,
        cut: float | None = None,
    ) -> None:
        """Draws a rectangle with its corners cut, by a third of its height or by `cut`: the shape that means a fake."""
        place, edge_pixels = self.pixel_box(box), edge_width * self.scale
        cut_pixels = None if cut is None else cut * self.scale
        key = ("octagon", place.size, fill, edge, edge_pixels, cut_pixels)
        surface = self._keep(key, lambda: shapes.octagon(place.size, fill, edge, edge_pixels, cut_pixels))
        self.surface.blit(surface, place)

    def disc(self, centre: Point, diameter: float, fill: Colour | None, edge: Colour | None = None) -> None:
        """Draws a disc, or a ring where `fill` is None."""
        size = max(3, self.pixels(diameter))
        rim = max(1.0, 2 * self.scale)
        surface = self._keep(("disc", size, fill, edge, rim), lambda: shapes.disc(size, fill, edge, rim))
        self.surface.blit(surface, surface.get_rect(center=(self.pixels(centre[0]), self.pixels(centre[1]))))

    def heart(self, centre: Point, width: float, colour: Colour, full: bool) -> None:
        """Draws a heart, or only its rim."""
        size, rim = max(5, self.pixels(width)), None if full else max(1.0, 2 * self.scale)
        surface = self._keep(("heart", size, colour, rim), lambda: shapes.heart(size, colour, rim))
        self.surface.blit(surface, surface.get_rect(center=(self.pixels(centre[0]), self.pixels(centre[1]))))

    def strokes(self, points: tuple[Point, ...], centre: Point, diameter: float, colour: Colour) -> None:
        """Draws a line through points, given as shares of the diameter from the centre."""
        size = max(3, self.pixels(diameter))
        key, width = ("strokes", points, size, colour), max(1.2, 0.11 * size)
        surface = self._keep(key, lambda: shapes.strokes(size, points, colour, width))
        self.surface.blit(surface, surface.get_rect(center=(self.pixels(centre[0]), self.pixels(centre[1]))))

    def glow(self, box: pygame.FRect, spread: float, colour: Colour, strength: float, radius: float = 18) -> None:
        """Draws a soft light around a box."""
        place, reach, radius_pixels = self.pixel_box(box), self.pixels(spread), radius * self.scale
        key = ("glow", place.size, reach, colour, strength)
        surface = self._keep(key, lambda: shapes.glow(place.size, reach, radius_pixels, colour, strength))
        self.surface.blit(surface, (place.left - reach, place.top - reach))

    def bar(self, box: pygame.FRect, fill: Colour) -> None:
        """Draws a plain rectangle, at least one pixel wide and high."""
        place = self.pixel_box(box)
        self.surface.fill(fill, (place.left, place.top, max(1, place.width), max(1, place.height)))

    def picture_box(self, box: pygame.FRect, pixels: int) -> pygame.FRect:
        """Returns the square that a picture fills when it is drawn into a box, by whole-number scaling.

        It is drawn smaller, by whole numbers too, where even its own pixels have no room.
        """
        room = self.pixel_box(box)
        place = pygame.Rect(0, 0, *[_scaled(pixels, min(room.width, room.height))] * 2)
        place.center = room.center
        scale = self.scale
        return pygame.FRect(place.left / scale, place.top / scale, place.width / scale, place.height / scale)

    def picture(self, pixels: NDArray[np.uint8], box: pygame.FRect) -> None:
        """Draws a picture as large as whole-number scaling allows, centred in the box.

        `pixels` are grey levels, uint8 (n, n), or colours, uint8 (n, n, 3).
        """
        place = self.pixel_box(self.picture_box(box, len(pixels)))
        key = ("picture", pixels.tobytes(), place.size)
        self.surface.blit(self._keep(key, lambda: _picture_surface(pixels, place.size)), place)

    def large_picture(self, pixels: NDArray[np.uint8], box: pygame.FRect, layer: int = 0) -> None:
        """Draws pixels like `picture`, for one of many that are too large to be kept.

        Of each place, and there of each `layer`, only the newest is kept.
        """
        place = self.pixel_box(self.picture_box(box, len(pixels)))
        surface = self.kept(
            ("picture", place.topleft, layer),
            (pixels.tobytes(), place.size),
            lambda: _picture_surface(pixels, place.size),
        )
        self.surface.blit(surface, place)

    def tilted(
        self,
        key: object,
        draw: Callable[["Canvas", pygame.FRect], None],
        box: pygame.FRect,
        degrees: float,
        growth: float,
    ) -> None:
        """Draws what `draw` puts into a box of this size, turned and grown about the box's centre; kept under `key`."""
        place = self.pixel_box(box)

        def make() -> pygame.Surface:
            # With an empty rim: turning smooths an edge only where there is something beyond it.
            rim = math.ceil(2 * self.scale)
            size = (place.width + 2 * rim, place.height + 2 * rim)
            sheet = Canvas(pygame.Surface(size, pygame.SRCALPHA), self.scale)
            draw(sheet, pygame.FRect(rim / self.scale, rim / self.scale, box.width, box.height))
            return sheet.surface

        turned = pygame.transform.rotozoom(self._keep(("tilted", key, place.size), make), degrees, growth)
        self.surface.blit(turned, turned.get_rect(center=place.center))


def _drawable(text: str) -> str:
    """Returns a text as a font can draw it: the name of a file may hold bytes that are no text."""
    return text if text.isascii() and "\0" not in text else text.encode(errors="replace").decode().replace("\0", "?")


def _scaled(pixels: int, room: int) -> int:
    """Returns how wide a picture is drawn in a room: a multiple of its own width, or else a whole part of it."""
    return pixels * (room // pixels) if room >= pixels else max(1, pixels // -(-pixels // max(1, room)))


def _picture_surface(pixels: NDArray[np.uint8], size: tuple[int, int]) -> pygame.Surface:
    colours = np.repeat(pixels[..., np.newaxis], 3, axis=2) if pixels.ndim == 2 else pixels
    if size[0] < len(pixels):
        # The means of squares; what is left over at the right and the bottom is less than one of them.
        step = len(pixels) // size[0]
        whole = colours[: size[0] * step, : size[0] * step].reshape(size[0], step, size[0], step, 3)
        colours = whole.mean(axis=(1, 3)).round().astype(np.uint8)
    surface = pygame.image.frombuffer(colours.tobytes(), colours.shape[1::-1], "RGB")
    # `scale`, not `smoothscale`: every pixel of a picture is one square of the same colour.
    return pygame.transform.scale(surface, size).convert()
