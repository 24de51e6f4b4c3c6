"""The page where the line is drawn: it begins at the player's own, and says what another one would bring."""

from math import hypot

import pygame
import pytest
from mode_figures import corrected_z
from mode_stages import line
from playing import Recorder
from scipy import stats
from stages import Stage

from game.statistics import SignalCounts


def test_the_line_begins_at_the_players_own_and_says_what_another_would_bring(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    hit, false_alarm = corrected_z(32, 50), corrected_z(9, 50)
    d_prime, c = hit - false_alarm, -(hit + false_alarm) / 2
    screen = stage.player.app.screen
    assert screen._line == pytest.approx(c)
    stage.play("left", "left", "left")
    assert screen._line == pytest.approx(c - 0.3)
    found, doubted = stats.norm.cdf(d_prime / 2 - c + 0.3), stats.norm.cdf(-d_prime / 2 - c + 0.3)
    own = stats.norm.cdf(d_prime / 2 - c), stats.norm.cdf(-d_prime / 2 - c)
    assert f"{100 * own[0]:.0f} % → {100 * found:.0f} %" in texts.all
    assert f"{100 * own[1]:.0f} % → {100 * doubted:.0f} %" in texts.all
    assert f"{50 * (found + 1 - doubted):.0f} %" in texts.all
    stage.play("space")
    assert screen._line == pytest.approx(c) and " % → " not in texts.all


def test_the_page_of_the_line_says_how_far_its_curves_can_be_trusted(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    z = corrected_z(32, 50), corrected_z(9, 50)
    of_hits, of_false_alarms = (
        stats.norm.ppf(stats.binomtest(count, 50).proportion_ci(method="wilson")) for count in (32, 9)
    )
    d_prime = z[0] - z[1]
    low = d_prime - hypot(z[0] - of_hits[0], of_false_alarms[1] - z[1])
    high = d_prime + hypot(of_hits[1] - z[0], z[1] - of_false_alarms[0])
    assert f"d′ {d_prime:.1f} [{low:.1f}, {high:.1f}]" in texts.all
    assert "nearer to 50 % than what you scored" in texts.all.replace("\n", " ")
    # 20 of 20 found: the curves say 20½ of 21.
    line(stage, SignalCounts(20, 0, 0, 20))
    assert f"{100 * 20.5 / 21:.0f} %" in texts.all and "or more]" in texts.all


def test_the_line_follows_the_mouse_and_stays_on_the_axis(stage: Stage) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    screen, scale = stage.player.app.screen, stage.player.app.canvas.scale
    box = screen._plot.box

    def at(share: float) -> tuple[int, int]:
        return round((box.left + share * box.width) * scale), round(box.centery * scale)

    stage.player.frame(pygame.Event(pygame.MOUSEBUTTONDOWN, pos=at(0.5), button=pygame.BUTTON_LEFT))
    assert screen._line == pytest.approx(0, abs=0.01)
    for share, expected in ((0.75, screen._plot.reach / 2), (1.4, screen._plot.reach), (-3, -screen._plot.reach)):
        stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=at(share), rel=(0, 0), buttons=(1, 0, 0)))
        assert screen._line == pytest.approx(expected, abs=0.02)
    stage.player.frame(pygame.Event(pygame.MOUSEBUTTONUP, pos=at(0.2), button=pygame.BUTTON_LEFT))
    stage.player.frame(pygame.Event(pygame.MOUSEMOTION, pos=at(0.6), rel=(0, 0), buttons=(0, 0, 0)))
    assert screen._line == -screen._plot.reach
    # Outside the plot a press takes hold of nothing.
    stage.player.click_at((20, 20))
    assert screen._line == -screen._plot.reach
    stage.play(*["left"] * 3)
    assert screen._line == -screen._plot.reach


def test_the_page_of_the_line_leads_back_and_explains_by_tab(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(32, 18, 9, 41))
    stage.play("tab")
    assert "About this share of the fakes lies beyond the line, if the curves are right." in texts.all
    stage.play("tab", "tab")
    assert "With the line at 0.3 you would call about 64 % of the fakes" in texts.all.replace("\n", " ")
    stage.play("f1")
    assert stage.player.on == "help"
    stage.play("escape", "escape")
    assert stage.player.on == "title"


def test_without_enough_trials_there_is_no_line_to_move(stage: Stage, texts: Recorder) -> None:
    line(stage, SignalCounts(5, 3, 2, 4))
    assert "d′ and c take at least 15 fakes" in texts.all and "move the line" not in texts.all
    stage.play("left", "right", "space", "tab")
    stage.player.click_at((640, 300))
    assert stage.player.on == "signaldetection"
    stage.play("enter")
    assert stage.player.on == "title"
