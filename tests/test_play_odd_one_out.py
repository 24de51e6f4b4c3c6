"""The arcade game as it is played: real loop, real forger, real files."""

from pathlib import Path

import pygame
import pytest
from playing import Clock, Player, Recorder, query, screenshot

from game.arcade_play import FEEDBACK_SECONDS
from game.rules import Mode


def begin(player: Player, clock: Clock) -> None:
    """Goes from the title to the first four pictures."""
    player.press("enter")
    player.click(Mode.ODD_ONE_OUT)
    player.press("enter")
    wait(player, clock)


def wait(player: Player, clock: Clock) -> None:
    """Waits for pictures, and looks at them for a second."""
    player.until(lambda: player.app.screen.waits_for_answer)
    clock.now += 1
    player.frame()


def go_on(player: Player, clock: Clock) -> None:
    player.press("space")
    wait(player, clock)


def fake(player: Player) -> int:
    shown = player.app.screen._arcade.lineup.on_show
    return [picture.picture.truth for picture in shown].index("fake")


def wrong(player: Player) -> int:
    return (fake(player) + 1) % len(player.app.screen._arcade.lineup.on_show)


def fail(player: Player, clock: Clock, times: int) -> None:
    """Loses hearts, and goes on after each."""
    for _ in range(times):
        player.press(str(wrong(player) + 1))
        go_on(player, clock)


def worth(level: int, seconds: float) -> int:
    """Returns the points of a find, by the rules as they are told."""
    limit = max(3, 12 * 0.93 ** (level - 1)) * (1.5 if level >= 8 else 1)
    return 100 + round(100 * (1 - seconds / limit)) + 10 * (level - 1)


def test_a_game_by_keyboard(player: Player, clock: Clock, texts: Recorder, tmp_path: Path) -> None:
    begin(player, clock)
    score, expected = 0, []
    for trial, right in enumerate((True, True, False, True, False, True, None), start=1):
        screen = player.app.screen
        assert "Which one is the fake?" in texts.all and f"level {1 + len(expected)}" in texts.all
        if right is None:
            clock.now += 12
            player.frame()
            assert "Time is up." in texts.all
        else:
            place = fake(player) if right else wrong(player)
            clock.now += 0.5
            player.press(str(place + 1))
            rows = query(tmp_path, "SELECT number, chosen_place, answer, response_seconds FROM responses")
            assert rows[-1] == (trial, place, None, pytest.approx(1.5)), "not in the file when its feedback came"
            points = worth(1 + len(expected), 1.5)
            assert (f"+{points} points" in texts.all) == right and ("Not this one." in texts.all) != right
        if right:
            score += points
            expected.append(points)
        assert screen._arcade.game.score == score and f"{score:,}".replace(",", "\u202f") + " points" in texts.all
        if screen._arcade.over:
            break
        go_on(player, clock)
    assert query(tmp_path, "SELECT score, correct, mode, kimg, trial_count FROM rounds") == [
        (score, 4, "odd one out", 3000, 100)
    ]
    player.press("space")
    assert player.on == "oddoneoutresults"
    assert "You found 4 fakes" in texts.all and "time was up" in texts.all
    player.type("Ada")
    player.press("enter")
    assert query(tmp_path, "SELECT name FROM players JOIN rounds ON player_id = players.id") == [("Ada",)]
    assert "4 found" in texts.all and "Ada" in texts.all
    player.press("enter")
    assert (
        player.on == "oddoneout" and f"To beat here: {screen._arcade.game.score:,}".replace(",", "\u202f") in texts.all
    )


def test_the_pictures_of_the_rows_are_those_on_show(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin(player, clock)
    shown = player.app.screen._arcade.lineup.on_show
    player.press("1")
    columns = "place, truth, picture_dataset, picture_index, picture_run, picture_kimg, picture_seed"
    rows = query(tmp_path, f"SELECT {columns} FROM shown_pictures ORDER BY place")
    assert [row[0] for row in rows] == [0, 1, 2, 3]
    for row, picture in zip(rows, (each.picture for each in shown), strict=True):
        if picture.truth == "fake":
            assert row[1:] == ("fake", None, None, "mnist", 64, picture.seed)
        else:
            assert row[1:4] == ("real", "mnist", picture.index)


def test_nine_pictures_come_at_level_eight_and_the_rung_climbs(
    player: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    begin(player, clock)
    for found in range(7):
        assert len(player.app.screen._arcade.lineup.on_show) == 4
        # The ladder has no more than these from 8 kimg on.
        assert ("64 kimg" if found < 2 else "3\u202f000 kimg") in texts.all
        player.press(str(fake(player) + 1))
        go_on(player, clock)
    assert len(player.app.screen._arcade.lineup.on_show) == len(player.buttons) == 9
    player.press(str(fake(player) + 1))
    assert query(tmp_path, "SELECT count(*) FROM shown_pictures WHERE number = 8") == [(9,)]


def test_arrows_and_enter_choose_and_so_does_a_gamepad(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin(player, clock)
    player.press("right", "down", "enter")
    go_on(player, clock)
    # The focus stays where it was.
    for button in (pygame.CONTROLLER_BUTTON_DPAD_LEFT, pygame.CONTROLLER_BUTTON_A):
        player.frame(pygame.Event(pygame.CONTROLLERBUTTONDOWN, button=button))
    assert query(tmp_path, "SELECT chosen_place FROM responses ORDER BY number") == [(3,), (2,)]
    player.frame(pygame.Event(pygame.CONTROLLERBUTTONDOWN, button=pygame.CONTROLLER_BUTTON_A))
    # Without waiting for the feedback's end.
    player.until(lambda: player.app.screen.waits_for_answer)


def test_a_game_by_mouse(player: Player, clock: Clock, tmp_path: Path) -> None:
    player.click("mnist")
    player.click(Mode.ODD_ONE_OUT)
    player.click("start")
    wait(player, clock)
    for _ in range(3):
        player.click(str(wrong(player)))
        clock.now += 0.2
        player.click_at((20, 400))
        assert player.app.screen._arcade.feedback is not None, "the second half of a double click went on"
        clock.now += 0.5
        player.click_at((20, 400))
        player.until(lambda: player.on == "oddoneoutresults" or player.app.screen.waits_for_answer)
        clock.now += 1
    assert player.on == "oddoneoutresults"
    assert query(tmp_path, "SELECT score, correct FROM rounds") == [(0, 0)]
    player.click("menu")
    assert player.on == "title"


def test_the_feedback_ends_by_itself_and_a_late_space_chooses_nothing(
    player: Player, clock: Clock, tmp_path: Path
) -> None:
    begin(player, clock)
    player.press("1")
    clock.now += FEEDBACK_SECONDS - 0.01
    player.frame()
    assert player.app.screen._arcade.feedback is not None
    clock.now += 0.02
    player.until(lambda: player.app.screen.waits_for_answer)
    # Meant for the feedback, a moment too late: nobody has seen these pictures yet.
    clock.now += 0.1
    player.press("space", "enter", "1")
    player.click("2")
    clock.now += 5
    player.press("space")
    assert query(tmp_path, "SELECT count(*) FROM responses") == [(1,)]
    player.press("1")
    assert query(tmp_path, "SELECT count(*) FROM responses") == [(2,)]


@pytest.mark.parametrize("way_out", ["escape", "f1", "moved"])
def test_nobody_looks_while_the_clock_stands(
    player: Player, clock: Clock, texts: Recorder, tmp_path: Path, way_out: str
) -> None:
    begin(player, clock)
    player.press("1")
    go_on(player, clock)
    screen, box = player.app.screen, player.app.canvas.pixel_box(player.button("0").box)
    before = screenshot()[box.top : box.bottom, box.left : box.right]
    if way_out == "moved":
        player.frame(pygame.Event(pygame.WINDOWMOVED, x=1, y=1))
    else:
        player.press(way_out)
    clock.now += 60
    player.frame()
    if way_out == "f1":
        assert player.on == "help"
        player.press("escape")
    assert player.app.screen is screen and not screen.waits_for_answer
    hidden = screenshot()[box.top : box.bottom, box.left : box.right]
    # Of one colour, be it below the question's veil: nothing shines through.
    assert hidden[30:90, 30:90].std(axis=(0, 1)).max() < 1 < before[30:200, 30:200].std(axis=(0, 1)).max()
    player.press("1")
    assert query(tmp_path, "SELECT count(*) FROM responses") == [(1,)], "answered without a look"
    if way_out == "escape":
        assert "Leave this round?" in texts.all
        player.press("enter")
    else:
        assert "Paused" in texts.all
        player.press("space")
    assert screen.waits_for_answer
    shown_again = screenshot()[box.top : box.bottom, box.left : box.right]
    assert (shown_again == before).mean() > 0.95
    clock.now += 1
    player.press("1")
    assert query(tmp_path, "SELECT response_seconds, disturbed FROM responses WHERE number = 2") == [
        (pytest.approx(2.0), 1)
    ]


def test_a_game_that_is_left_does_not_count(player: Player, clock: Clock, texts: Recorder, tmp_path: Path) -> None:
    begin(player, clock)
    fail(player, clock, 2)
    player.press("escape", "right", "enter")
    assert player.on == "choosemode"
    assert query(tmp_path, "SELECT finished_at, score FROM rounds") == [(None, None)]
    assert query(tmp_path, "SELECT count(*) FROM responses") == [(2,)]
    player.click(Mode.ODD_ONE_OUT)
    assert "To beat" not in texts.all
    player.press("escape")
    assert player.on == "choosemode", "nothing was played, so there is nothing to ask"


def test_a_rung_that_is_gone_is_a_sentence(player: Player, clock: Clock, texts: Recorder, checkpoints: Path) -> None:
    begin(player, clock)
    (checkpoints / "mnist" / "ladder" / "000064.safetensors").unlink()
    player.press(str(wrong(player) + 1))
    clock.now += FEEDBACK_SECONDS
    player.until(lambda: "is missing" in texts.all)
    player.press("1", "enter", "escape", "right", "enter")
    assert player.on == "choosemode"


def test_the_clock_moves_smoothly_or_where_motion_is_reduced_in_quarters(
    player: Player, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    flips: list[None] = []
    begin(player, clock)
    monkeypatch.setattr(pygame.display, "flip", lambda: flips.append(None))
    screen = player.app.screen
    assert screen.wait_seconds(clock.now) == 0

    def frames(count: int) -> int:
        flips.clear()
        for _ in range(count):
            clock.now += 1 / 64
            player.frame()
        return len(flips)

    assert frames(64) == 64
    player.services.settings = type(player.services.settings)(reduced_motion=True)
    assert frames(64) == 4
    assert 0 < screen.wait_seconds(clock.now) <= 0.25


def test_the_list_of_the_best_takes_ten_with_a_name_of_this_run_and_mode(
    player: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    begin(player, clock)
    player.press(str(fake(player) + 1))
    go_on(player, clock)
    fail(player, clock, 2)
    player.press(str(wrong(player) + 1), "space")
    player.press("escape")
    assert "Nobody yet" in texts.all
    assert query(tmp_path, "SELECT score > 0, player_id FROM rounds") == [(1, None)]
    player.press("right", "right", "enter")
    assert player.on == "title"
