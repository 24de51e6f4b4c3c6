"""Paths and planes through latent space, of which a generator can draw the pictures; no torch in here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# Below this share of a latent's length, what lies across it is nothing but rounding.
_ROUNDING = 1e-12


def straight_path(start: ArrayLike, end: ArrayLike, shares: ArrayLike) -> Floats:
    """Returns latents on the straight line between two, float64 (len(shares), dimension); share 0 is the start."""
    first, last, places = _floats(start), _floats(end), _floats(shares)[:, np.newaxis]
    return (1 - places) * first + places * last


def spherical_path(start: ArrayLike, end: ArrayLike, shares: ArrayLike) -> Floats:
    """Returns latents on the arc between two, float64 (len(shares), dimension); share 0 is the start.

    The direction turns evenly along the great circle (slerp: Shoemake 1985; for latents: White 2016), and the norm goes
    evenly from the one to the other, so that no latent is shorter than the shorter end. Latents that point the same way
    have the straight line; those that point opposite ways have many arcs, of which one is taken. Zero points nowhere:
    from it and to it the path is straight.
    """
    first, last, places = _floats(start), _floats(end), _floats(shares)
    norms = (1 - places) * np.linalg.norm(first) + places * np.linalg.norm(last)
    if not first.any() or not last.any():
        return straight_path(first, last, places)
    direction, goal = _unit(first), _unit(last)
    # Of differences and sums, since the arc cosine has no digits left for almost parallel ones (Kahan).
    angle = 2 * np.arctan2(np.linalg.norm(goal - direction), np.linalg.norm(goal + direction))
    turned = (places * angle)[:, np.newaxis]
    path = norms[:, np.newaxis] * (np.cos(turned) * direction + np.sin(turned) * _across(direction, goal))
    # Both ends to the last bit: their pictures are known by their seeds.
    path[places == 0], path[places == 1] = first, last
    return np.asarray(path, np.float64)


def path_to_zero(latent: ArrayLike, shares: ArrayLike) -> Floats:
    """Returns the latent shortened to each of the shares, float64 (len(shares), dimension); share 0 is the origin."""
    return _floats(shares)[:, np.newaxis] * _floats(latent)


def norm_multiples(latents: ArrayLike) -> Floats:
    """Returns the norms of latents (…, dimension) as multiples of √dimension, near which standard normal ones lie."""
    points = _floats(latents)
    return np.asarray(np.linalg.norm(points, axis=-1) / np.sqrt(points.shape[-1]), np.float64)


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane in latent space: a point of it, and two directions of length 1 at right angles, float64 (dimension,)."""

    origin: Floats
    across: Floats
    up: Floats

    def latent(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Returns the latents at coordinates of any one shape, float64 (…, dimension)."""
        return self.origin + _floats(x)[..., np.newaxis] * self.across + _floats(y)[..., np.newaxis] * self.up

    def coordinates(self, latents: ArrayLike) -> Floats:
        """Returns where latents (…, dimension) lie, or their nearest points on the plane do, float64 (…, 2)."""
        offset = _floats(latents) - self.origin
        return np.stack((offset @ self.across, offset @ self.up), axis=-1)


def plane_through(first: ArrayLike, second: ArrayLike, third: ArrayLike) -> Plane:
    """Returns the plane of three latents: the first is its origin, the second lies to the right, the third above.

    The directions are those of Gram and Schmidt. Three latents on one line lie on many planes, of which one is taken.
    """
    origin, right, above = _floats(first), _floats(second), _floats(third)
    across = _unit(right - origin) if (right != origin).any() else _across(_unit(above - origin), origin)
    return Plane(origin, across, _across(across, above - origin))


def plane_grid(marks: Sequence[tuple[float, float]], columns: int, rows: int) -> tuple[Floats, Floats]:
    """Returns the x of each column, rising, and the y of each row, falling, float64, of a square grid around marks.

    The marks are as `plane_through` places its latents: the first at (0, 0) and the second at (x, 0) lie on the grid,
    up to six steps apart, where there is room for that; all marks lie within it. Raises ValueError where all are one.
    """
    places = _floats(marks)
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.array([columns - 1, rows - 1])
    widest = float(np.max((high - low) / room))
    if widest == 0:
        raise ValueError("the marks are all in one place")
    distance = float(places[1, 0])
    # A mark off the grid's points needs a step more, since the grid can't be centred on all of them.
    steps = [count for count in range(6, 0, -1) if _covers(low, high, distance / count, room)]
    step = distance / steps[0] if steps else widest
    first = np.floor(((low + high) / step - room) / 2 + 0.5) if steps else (low + high - room * step) / 2 / step
    return (first[0] + np.arange(columns)) * step, ((first[1] + np.arange(rows)) * step)[::-1]


def _covers(low: Floats, high: Floats, step: float, room: NDArray[np.int64]) -> bool:
    if step <= 0:
        return False
    first = np.floor(((low + high) / step - room) / 2 + 0.5)
    slack = 1e-9 * room
    return bool((first <= low / step + slack).all() and (first + room >= high / step - slack).all())


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, np.float64)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector), np.float64)


def _across(direction: Floats, towards: Floats) -> Floats:
    """Returns the unit vector at right angles to a unit vector that comes nearest to another; where none does, any."""
    for candidate in (towards, np.eye(len(direction))[np.argmin(np.abs(direction))]):
        rest = candidate - (candidate @ direction) * direction
        if np.linalg.norm(rest) > _ROUNDING * np.linalg.norm(candidate):
            # Once more: what was left over of a short rest would not be at right angles.
            rest = _unit(rest)
            return _unit(rest - (rest @ direction) * direction)
    raise ValueError("a direction needs a space of two dimensions or more")
