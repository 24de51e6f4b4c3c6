"""From an identity to pixels: every picture keeps its own, real and fake by one path."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from forgers import FakeForger

from game.pictures import (
    NearestOrder,
    PictureOrder,
    ShownPicture,
    VerdictOrder,
    order_labels,
    order_nearest,
    order_pictures,
    order_verdicts,
)
from game.rules import FakePicture, RealPicture
from game.statistics import Proportion
from game.tickets import NearestTicket, Ticket, VerdictTicket

REAL = RealPicture("mnist", "test", 7)
FAKE = FakePicture("first", 64, 9)


def test_a_folders_real_pictures_are_asked_of_its_run() -> None:
    forger: Any = FakeForger()
    own = RealPicture("folder:/disk/ada/cats", "test", 7, "first")
    order_pictures(forger, Path("/runs"), [own])
    assert forger.requests == [([{"held_out_of": str(Path("/runs/first")), "number": 7}], None)]
    order_labels(forger, Path("/runs"), own)
    order_labels(forger, Path("/runs"), REAL)
    assert forger.asked_for_labels == [{"held_out_of": str(Path("/runs/first"))}, {"dataset": "mnist"}]


def test_an_order_says_where_each_picture_comes_from() -> None:
    forger: Any = FakeForger()
    order_pictures(forger, Path("/runs"), [FAKE, REAL], judge="mnist")
    order_pictures(forger, Path("/runs"), [REAL])
    fake, real = {"run": str(Path("/runs/first")), "kimg": 64, "number": 9}, {"dataset": "mnist", "number": 7}
    assert forger.requests == [([fake, real], "mnist"), ([real], None)]


def test_pictures_are_shown_when_they_have_come_each_with_its_own_pixels_and_class() -> None:
    ticket = Ticket()
    order = PictureOrder([REAL, FAKE], ticket)
    assert order.shown is None and order.error == ""
    ticket.images = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
    ticket.classes = [("3", 0.75), ("8", 0.5)]
    shown = order.shown
    assert shown is not None
    assert [(each.picture, each.class_name, each.class_probability) for each in shown] == [
        (REAL, "3", 0.75),
        (FAKE, "8", 0.5),
    ]
    for each, pixels in zip(shown, ticket.images, strict=True):
        assert np.array_equal(each.pixels, pixels)


def test_without_a_judge_the_class_is_empty() -> None:
    ticket = Ticket(images=np.zeros((1, 28, 28), np.uint8))
    shown = PictureOrder([REAL], ticket).shown
    assert shown is not None
    assert isinstance(shown[0], ShownPicture)
    assert (shown[0].class_name, shown[0].class_probability) == ("", 0.0)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_pictures_than_asked_is_no_answer(count: int) -> None:
    order = PictureOrder([REAL, FAKE], Ticket(images=np.zeros((count, 28, 28), np.uint8)))
    with pytest.raises(ValueError):
        _ = order.shown


def test_an_error_is_passed_on() -> None:
    order = PictureOrder([REAL], Ticket(error="The rung is missing."))
    assert order.shown is None and order.error == "The rung is missing."


def test_a_discriminator_is_asked_by_its_run_and_a_similar_picture_among_those_of_one_place() -> None:
    forger: Any = FakeForger()
    own = RealPicture("folder:/disk/ada/cats", "test", 7, "first")
    fake, real = {"run": str(Path("/runs/first")), "kimg": 64, "number": 9}, {"dataset": "mnist", "number": 7}
    order_verdicts(forger, Path("/runs"), [FAKE, REAL], "first", 64)
    assert forger.asked_for_verdicts == [([fake, real], str(Path("/runs/first")), 64)]
    order_nearest(forger, Path("/runs"), [FAKE], own)
    order_nearest(forger, Path("/runs"), [REAL], REAL)
    assert forger.asked_for_nearest == [
        ([fake], {"held_out_of": str(Path("/runs/first"))}),
        ([real], {"dataset": "mnist"}),
    ]


def test_verdicts_come_with_how_often_they_are_right() -> None:
    ticket = VerdictTicket()
    order = VerdictOrder(ticket)
    assert (order.verdicts, order.accuracy, order.error) == (None, None, "")
    ticket.take({"verdicts": [0.25, 1.0], "right": 1240, "trials": 2000, "kimg": 64}, b"")
    assert (order.verdicts, order.accuracy, order.kimg) == ((0.25, 1.0), Proportion(1240, 2000), 64)
    assert VerdictOrder(VerdictTicket(error="It has none.")).error == "It has none."


def test_similar_pictures_are_known_by_their_place_among_the_real_ones() -> None:
    ticket = NearestTicket()
    reals = RealPicture("folder:/disk/ada/cats", "test", 0, "first")
    order = NearestOrder(reals, ticket)
    assert (order.shown, order.error) == (None, "")
    pixels = np.arange(2 * 28 * 28 * 3, dtype=np.uint8).reshape(2, 28, 28, 3)
    ticket.take({"numbers": [40, 3], "shape": [2, 28, 28, 3]}, pixels.tobytes())
    shown = order.shown
    assert shown is not None
    assert [each.picture for each in shown] == [
        RealPicture("folder:/disk/ada/cats", "test", index, "first") for index in (40, 3)
    ]
    assert all(np.array_equal(each.pixels, row) for each, row in zip(shown, pixels, strict=True))
    assert NearestOrder(reals, NearestTicket(error="There are none.")).error == "There are none."
