"""How often the judge sees each class in the fakes, as bars against the fair share."""

from collections.abc import Sequence

import pygame

from game.ui.canvas import Canvas, Point, Span
from game.ui.theme import EDGE, FAKE, MUTED, SMALL, TEXT, WRONG
from game.ui.tooltip import Tooltip

NAME_SIZE = SMALL - 3
BAR_SHARE = 0.72
FAKE_POINTED = (247, 190, 70)


def histogram(
    canvas: Canvas,
    box: pygame.FRect,
    title: str,
    counts: Sequence[int] | None,
    names: Sequence[str],
    pointer: Point | None = None,
) -> Tooltip | None:
    """Draws the share of each class, and returns name and share of the one that the pointer is on."""
    heading = canvas.text(title, box.topleft, SMALL, TEXT, "semibold")
    total = sum(counts or ())
    if not counts or min(counts) < 0 or total == 0:
        middle = (box.centerx, (heading.bottom + box.bottom) / 2)
        canvas.text("waiting for the first figures", middle, SMALL, MUTED, anchor="center")
        return None
    shares = [count / total for count in counts]
    slot = box.width / len(shares)
    labels = [names[place] if place < len(names) else str(place) for place in range(len(shares))]
    named = all(canvas.text_width(label, NAME_SIZE) < slot for label in labels)
    foot = canvas.line_height(NAME_SIZE) + 2 if named else 4.0
    plot = pygame.FRect(box.left, heading.bottom + 8, box.width, box.bottom - foot - heading.bottom - 8)
    # Room for twice the fair share, so that fair bars reach the middle and can be seen to differ.
    highest = max(*shares, 2 / len(shares))
    fair_y = plot.bottom - plot.height / len(shares) / highest
    fair = f"fair: {100 / len(shares):.0f} %"
    if heading.right + 14 + canvas.text_width(fair, NAME_SIZE) < box.right:
        canvas.text(fair, (box.right, heading.centery), NAME_SIZE, MUTED, anchor="midright")
    pointed = _pointed(plot, pointer, len(shares))
    for place, (share, label) in enumerate(zip(shares, labels, strict=True)):
        x = plot.left + (place + 0.5) * slot
        if share > 0:
            bar = pygame.FRect(x - slot * BAR_SHARE / 2, 0, slot * BAR_SHARE, plot.height * share / highest)
            bar.bottom = plot.bottom
            canvas.panel(bar, FAKE_POINTED if place == pointed else FAKE, None, min(3.0, bar.height / 2))
        else:
            # A class that is never drawn has a mark of its own, or it would look like a gap; clear of the dashes.
            at = (x, plot.bottom - 1 if plot.bottom - fair_y > 20 else fair_y - 1)
            canvas.text("0", at, NAME_SIZE, WRONG, "semibold", "midbottom")
        if named:
            colour = TEXT if place == pointed else MUTED
            canvas.text(label, (x, plot.bottom + 3), NAME_SIZE, colour, anchor="midtop")
    canvas.bar(pygame.FRect(plot.left, plot.bottom, plot.width, 1 / canvas.scale), EDGE)
    for left in range(int(plot.left), int(plot.right) - 3, 8):
        canvas.bar(pygame.FRect(left, fair_y, 4, 1.2), TEXT)
    if pointed is None:
        return None
    at = (plot.left + (pointed + 0.5) * slot, plot.bottom - plot.height * shares[pointed] / highest)
    words: list[Span] = [(labels[pointed], TEXT, "semibold")]
    words.append((f"  {100 * shares[pointed]:.1f} % of the fakes · {fair}", MUTED, "regular"))
    return Tooltip(at, tuple(words))


def _pointed(plot: pygame.FRect, pointer: Point | None, count: int) -> int | None:
    if pointer is None or not plot.collidepoint(pointer):
        return None
    return min(count - 1, int((pointer[0] - plot.left) / plot.width * count))
