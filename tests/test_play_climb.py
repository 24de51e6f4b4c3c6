"""The climb as it is played: real loop, real forger, real files."""

from pathlib import Path

import pygame
from playing import Clock, Player, Recorder, query

from game.climb import Climb, ClimbTrial
from game.rules import Mode
from game.threshold_reports import climb_report
from gan.run_log import ladder


def begin(player: Player, clock: Clock) -> None:
    """Goes from the title to the first pair."""
    player.press("enter")
    player.click(Mode.CLIMB)
    player.press("enter")
    wait(player, clock)


def wait(player: Player, clock: Clock) -> None:
    player.until(lambda: player.app.screen.waits_for_answer)
    clock.now += 1


def truths(player: Player) -> list[str]:
    return [shown.picture.truth.value for shown in player.app.screen._play.on_show]


def kimg(player: Player) -> int:
    return next(shown.picture.kimg for shown in player.app.screen._play.on_show if shown.picture.truth == "fake")


def answer(player: Player, clock: Clock, right: bool) -> None:
    fake = truths(player).index("fake")
    player.press(("left", "right")[fake if right else 1 - fake])
    if player.on == "climb":
        wait(player, clock)


def play(player: Player, clock: Clock, up_to_kimg: int) -> list[ClimbTrial]:
    """Climbs to the end as somebody who is fooled by every second fake beyond a rung, and by none before."""
    trials: list[ClimbTrial] = []
    while player.on == "climb":
        trials.append(ClimbTrial(kimg(player), kimg(player) <= up_to_kimg or len(trials) % 2 == 0))
        answer(player, clock, trials[-1].right)
    return trials


def test_a_climb_by_keyboard(player: Player, clock: Clock, texts: Recorder, tmp_path: Path, checkpoints: Path) -> None:
    begin(player, clock)
    rungs = tuple(ladder(checkpoints / "mnist"))
    # What follows from the seed and the answers, found anew.
    climb = Climb(rungs, seed=1)
    while player.on == "climb":
        assert kimg(player) == climb.next_kimg, "another rung than the rules say"
        assert f"pair {len(climb.trials) + 1}" in texts.all and "at most 40" in texts.all
        for hint in ("kimg", "Right", "Wrong", "points"):
            assert hint not in texts.all, "something gives away how the answers were"
        right = climb.next_kimg == 2 or len(climb.trials) % 3 > 0
        climb = climb.answered(ClimbTrial(kimg(player), right))
        answer(player, clock, right)
        rows = query(tmp_path, "SELECT number, response_seconds, disturbed FROM responses ORDER BY number")
        assert rows[-1] == (len(climb.trials), 1.0, 0) and len(rows) == len(climb.trials)
    assert climb.finished and player.on == "climbresults"
    found = sum(trial.right for trial in climb.trials)
    assert query(tmp_path, "SELECT mode, kimg, correct, finished_at NOTNULL FROM rounds") == [("climb", 3000, found, 1)]
    stored = query(
        tmp_path,
        "SELECT max(picture_kimg), sum(truth = 'fake' AND place = chosen_place) FROM responses "
        "JOIN shown_pictures USING (round_id, number) GROUP BY number ORDER BY number",
    )
    assert stored == [(trial.kimg, trial.right) for trial in climb.trials]
    report = climb_report(climb)
    assert report.headline in texts.all and report.sentences[0] in texts.all
    assert f"You found the fake in {found} of {len(climb.trials)} pairs." in texts.all


def test_a_climb_by_mouse_and_by_gamepad(player: Player, clock: Clock, tmp_path: Path) -> None:
    player.click("mnist")
    player.click(Mode.CLIMB)
    player.click("start")
    wait(player, clock)
    player.click("1")
    wait(player, clock)
    # The second half of a double click, on a pair that nobody has seen yet.
    clock.now -= 0.9
    player.click("1")
    assert query(tmp_path, "SELECT chosen_place FROM responses") == [(1,)]
    clock.now += 1
    player.click("0")
    wait(player, clock)
    for button in (pygame.CONTROLLER_BUTTON_DPAD_RIGHT, pygame.CONTROLLER_BUTTON_LEFTSHOULDER):
        player.frame(pygame.Event(pygame.CONTROLLERBUTTONDOWN, button=button))
        wait(player, clock)
    assert query(tmp_path, "SELECT chosen_place FROM responses ORDER BY number") == [(1,), (0,), (1,), (0,)]
    player.press("up", "down", "enter", "space")
    player.click_at((640, 680))
    assert query(tmp_path, "SELECT count(*) FROM responses") == [(4,)]


def test_a_climb_that_is_broken_off_keeps_its_answers_and_is_not_finished(
    player: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    begin(player, clock)
    answer(player, clock, True)
    player.press("escape", "escape")
    clock.now += 1
    answer(player, clock, True)
    # Its time holds the time of the question.
    assert query(tmp_path, "SELECT disturbed FROM responses ORDER BY number") == [(0,), (1,)]
    player.press("escape")
    assert "Leave this round?" in texts.all
    player.press("right", "enter")
    assert player.on == "choosemode"
    assert query(tmp_path, "SELECT finished_at, score, correct FROM rounds") == [(None, None, None)]


def test_no_picture_comes_twice_in_two_climbs(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin(player, clock)
    play(player, clock, 2)
    player.press("enter", "enter")
    wait(player, clock)
    play(player, clock, 64)
    columns = "picture_dataset, picture_index, picture_kimg, picture_seed"
    rows = query(tmp_path, f"SELECT {columns} FROM shown_pictures")
    assert len(set(rows)) == len(rows) > 40
    assert query(tmp_path, "SELECT count(DISTINCT seed) FROM rounds") == [(2,)]


def test_every_figure_of_the_results_explains_itself(player: Player, clock: Clock, texts: Recorder) -> None:
    begin(player, clock)
    trials = play(player, clock, 2)

    def explained(part: str) -> str:
        box = next(button.box for button in player.buttons if button.name == f"figure/{part}")
        point = tuple(round(value * player.app.canvas.scale) for value in box.center)
        player.frame(pygame.Event(pygame.MOUSEMOTION, pos=point, rel=(0, 0), buttons=(0, 0, 0)))
        return texts.all

    of_rung = [trial.right for trial in trials if trial.kimg == 64]
    said = f"you found the fake in {sum(of_rung)} of {len(of_rung)} pair"
    assert said not in texts.all
    assert said in explained("rung 64")
    assert "90 % certainty" in explained("curve")
    assert "certainty" in explained("threshold") or "fits them" in texts.all
    assert "like a coin" in explained("guessing")
    assert "half-way between knowing and guessing" in explained("three quarters")
    first = trials[0]
    assert "Pair 1: the fake, by “" in explained("pair 0")
    assert ("you found it" if first.right else "you took the real one for it") in texts.all


def test_the_pairs_scroll_by_wheel_and_by_keys(player: Player, clock: Clock, texts: Recorder) -> None:
    begin(player, clock)
    count = len(play(player, clock, 2))

    def seen() -> set[str]:
        return {button.name for button in player.buttons if "pair" in button.name}

    assert "figure/pair 0" in seen() and f"figure/pair {count - 1}" not in seen()
    player.frame(pygame.Event(pygame.MOUSEWHEEL, x=0, y=-20))
    assert f"figure/pair {count - 1}" in seen() and "figure/pair 0" not in seen()
    player.frame(pygame.Event(pygame.MOUSEWHEEL, x=0, y=20))
    # From the buttons to the pairs by arrows.
    for _ in range(12):
        player.press("right" if player.app.screen._focus.name != "menu" else "up")
        if "pair" in player.app.screen._focus.name:
            break
    assert "pair" in player.app.screen._focus.name
    player.press("end")
    assert f"figure/pair {count - 1}" in seen() and f"Pair {count}:" in texts.all
    player.press("escape")
    assert player.on == "choosemode"


def test_again_goes_up_to_a_rung_that_was_saved_meanwhile_only_in_a_new_round(
    player: Player, clock: Clock, checkpoints: Path
) -> None:
    begin(player, clock)
    play_screen = player.app.screen
    (checkpoints / "mnist" / "ladder" / "004000.safetensors").write_bytes(
        (checkpoints / "mnist" / "ladder" / "003000.safetensors").read_bytes()
    )
    player.services.lab.library.refresh()
    assert play_screen._climb.rungs == (2, 64, 3000)
    play(player, clock, 64)
    player.press("enter", "enter")
    wait(player, clock)
    assert player.app.screen._climb.rungs == (2, 64, 3000, 4000)
