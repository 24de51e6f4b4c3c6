"""Smooth-edged shapes as surfaces, from exact distances: sharp at any size."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pygame
from numpy.typing import NDArray

from game.ui.theme import Colour

Mask = NDArray[np.float32]

GRAIN_SIZE = 256
# In diagonals of the square that a heart is made of.
HEART_WIDTH, HEART_HEIGHT = 0.5 + 2**-0.5, 0.75 + 8**-0.5


def rounded_rectangle(
    size: tuple[int, int], radius: float, fill: Colour, edge: Colour | None = None, edge_width: float = 0
) -> pygame.Surface:
    """Returns a filled rectangle with round corners and, where asked, an edge inside its outline."""
    outside = _rounded_distance(size, radius)
    return _filled(outside, fill, edge, edge_width)


def octagon(
    size: tuple[int, int],
    fill: Colour,
    edge: Colour | None = None,
    edge_width: float = 0,
    cut: float | None = None,
) -> pygame.Surface:
    """Returns a rectangle whose corners are cut at 45°: by `cut` pixels, or else by a third of its height."""
    width, height = size
    x, y = _offsets_from_centre(size)
    reach = (width + height) / 2 - (height / 3 if cut is None else cut)
    outside = np.maximum(np.maximum(x - width / 2, y - height / 2), (x + y - reach) / np.float32(2**0.5))
    return _filled(outside, fill, edge, edge_width)


def disc(diameter: int, fill: Colour | None, edge: Colour | None = None, edge_width: float = 0) -> pygame.Surface:
    """Returns a disc, or only its rim where `fill` is None."""
    outside = _rounded_distance((diameter, diameter), diameter / 2)
    if fill is not None:
        return _filled(outside, fill, edge, edge_width)
    rim = np.maximum(outside, -edge_width - outside)
    return _filled(rim, edge or (255, 255, 255), None, 0)


def heart(width: int, colour: Colour, rim_width: float | None = None) -> pygame.Surface:
    """Returns a heart as wide as the square surface, or only its rim, so wide, where that is given."""
    # A square on its corner, with half a disc on each of the upper two sides; its corner at 0, the square's diagonal 1.
    x, _ = _offsets_from_centre((width, width))
    unit = width / HEART_WIDTH
    x = x / unit
    y = (HEART_HEIGHT / 2 - (np.arange(width, dtype=np.float32) + 0.5 - width / 2) / unit)[:, np.newaxis]
    disc_distance = np.hypot(x - 0.25, y - 0.75) - 8**-0.5
    along_side = 0.5 * np.maximum(x + y, 0)
    side_distance = np.minimum(np.hypot(x, y - 1), np.hypot(x - along_side, y - along_side)) * np.sign(x - y)
    outside: Mask = (np.where(x + y > 1, disc_distance, side_distance) * unit).astype(np.float32)
    return _filled(outside if rim_width is None else np.maximum(outside, -rim_width - outside), colour, None, 0)


def strokes(size: int, points: Sequence[tuple[float, float]], colour: Colour, width: float) -> pygame.Surface:
    """Returns a line through points, given as shares of `size` from the centre, with round ends."""
    x, y = (np.arange(size, dtype=np.float32) + 0.5 - size / 2 for _ in range(2))
    distances = [
        _segment_distance(x[np.newaxis, :], y[:, np.newaxis], np.multiply(start, size), np.multiply(end, size))
        for start, end in pairwise(points)
    ]
    nearest: Mask = np.stack(distances).min(axis=0)
    return _filled(nearest - width / 2, colour, None, 0)


def _segment_distance(x: Mask, y: Mask, start: NDArray[np.float64], end: NDArray[np.float64]) -> Mask:
    along = end - start
    share = np.clip(((x - start[0]) * along[0] + (y - start[1]) * along[1]) / (along @ along), 0, 1)
    distance: Mask = np.hypot(x - start[0] - share * along[0], y - start[1] - share * along[1])
    return distance


def glow(size: tuple[int, int], spread: int, radius: float, colour: Colour, strength: float) -> pygame.Surface:
    """Returns a soft light around a rectangle of `size`; the surface is larger by `spread` on every side."""
    # Soft things need few pixels: drawn at a quarter of the size and stretched.
    quarter = (max(1, (size[0] + 2 * spread) // 4), max(1, (size[1] + 2 * spread) // 4))
    x, y = _offsets_from_centre(quarter)
    half_width, half_height = size[0] / 8 - radius / 4, size[1] / 8 - radius / 4
    distance = np.hypot(np.maximum(x - half_width, 0), np.maximum(y - half_height, 0)) - radius / 4
    share = np.clip(1 - distance / (spread / 4), 0, 1)
    small = surface_of(colour, (strength * share**3).astype(np.float32))
    return pygame.transform.smoothscale(small, (size[0] + 2 * spread, size[1] + 2 * spread))


def desk(size: tuple[int, int], dark: Colour, lit: Colour) -> pygame.Surface:
    """Returns the background: lit in the middle, with a grain that hides the steps of 8-bit colours."""
    # A gradient needs few pixels, and a grain repeats unseen: at 4K this takes a tenth of the time.
    small = (max(2, size[0] // 8), max(2, size[1] // 8))
    x, y = _offsets_from_centre(small)
    share = np.clip(1 - np.hypot(x / small[0], y / small[1]) * 1.5, 0, 1)[..., np.newaxis]
    colours = np.asarray(dark, np.float32) + share * (np.asarray(lit, np.float32) - np.asarray(dark, np.float32))
    gradient = pygame.image.frombuffer(colours.astype(np.uint8).tobytes(), small, "RGB")
    surface = pygame.transform.smoothscale(gradient, size).convert()
    # The same grain at every start: a fixed seed.
    levels = np.random.default_rng(0).integers(0, 2, (GRAIN_SIZE, GRAIN_SIZE, 1), np.uint8).repeat(3, axis=2)
    grain = pygame.image.frombuffer(levels.tobytes(), (GRAIN_SIZE, GRAIN_SIZE), "RGB").convert()
    for left in range(0, size[0], GRAIN_SIZE):
        for top in range(0, size[1], GRAIN_SIZE):
            surface.blit(grain, (left, top), special_flags=pygame.BLEND_RGB_ADD)
    return surface


def _offsets_from_centre(size: tuple[int, int]) -> tuple[Mask, Mask]:
    width, height = size
    x = np.abs(np.arange(width, dtype=np.float32) + 0.5 - width / 2)[np.newaxis, :]
    y = np.abs(np.arange(height, dtype=np.float32) + 0.5 - height / 2)[:, np.newaxis]
    return x, y


def _rounded_distance(size: tuple[int, int], radius: float) -> Mask:
    """Returns each pixel's distance outside the rounded rectangle, negative inside, float32 (height, width)."""
    width, height = size
    radius = min(radius, width / 2, height / 2)
    x, y = _offsets_from_centre(size)
    across, down = x - (width / 2 - radius), y - (height / 2 - radius)
    outside: Mask = (
        np.hypot(np.maximum(across, 0), np.maximum(down, 0)) + np.minimum(np.maximum(across, down), 0) - radius
    )
    return outside


def _filled(outside: Mask, fill: Colour, edge: Colour | None, edge_width: float) -> pygame.Surface:
    cover = np.clip(0.5 - outside, 0, 1)
    if edge is None or edge_width <= 0:
        return surface_of(fill, cover)
    inner = np.clip(0.5 - (outside + edge_width), 0, 1)[..., np.newaxis]
    colours = np.asarray(edge, np.float32) * (1 - inner) + np.asarray(fill, np.float32) * inner
    return surface_of(colours, cover)


def surface_of(colours: Colour | NDArray[np.float32], cover: Mask) -> pygame.Surface:
    """Returns a surface of one colour, or of one for each pixel, as opaque as `cover` says: 0 to 1, (height, width)."""
    height, width = cover.shape
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3] = colours
    pixels[..., 3] = np.rint(cover * 255)
    return pygame.image.frombuffer(pixels.tobytes(), (width, height), "RGBA").convert_alpha()
