"""The game as it is played: real loop, real forger, real files; whole rounds, and the ways out of them."""

from pathlib import Path

import pygame
import pytest
from playing import (
    NAMES,
    TRIALS,
    Clock,
    Player,
    Recorder,
    asks,
    begin_round,
    expected_score,
    play_round,
    query,
    responses,
)

from game.deal import Deck, deal
from game.rules import FakePicture, RoundSetup

# A whole round


def test_a_round_by_keyboard(player: Player, clock: Clock, texts: Recorder, tmp_path: Path) -> None:
    assert player.on == "title"
    player.press("enter")
    assert player.on == "choosemode"
    player.press("enter")
    assert player.on == "difficulty"
    player.press("enter")
    player.until(lambda: asks(player))

    dealt = deal(RoundSetup("mnist", "mnist", 64, seed=1), Deck(range(10_000)))
    # Two wrong ones between long streaks, and each key in turn.
    answers = ["fake" if (picture.truth.value == "fake") != (place in (7, 8)) else "real"
               for place, picture in enumerate(dealt)]  # fmt: skip
    keys = [({"real": "left", "fake": "right"}, {"real": "r", "fake": "f"})[place // 2 % 2][answer]
            for place, answer in enumerate(answers)]  # fmt: skip
    assert set(keys) == {"left", "right", "r", "f"}
    seconds = [0.25 + 0.125 * place for place in range(20)]
    for place, (key, time) in enumerate(zip(keys, seconds, strict=True)):
        assert asks(player)
        clock.now += time
        player.press(key)
        rows = responses(tmp_path, "number, truth, answer, response_seconds, disturbed")
        assert len(rows) == place + 1, "an answer was not in the file when its feedback came"
        assert rows[-1][:3] == (place + 1, dealt[place].truth.value, answers[place])
        assert rows[-1][3] == pytest.approx(time)
        assert rows[-1][4] == 0
        right = place not in (7, 8)
        assert f"{'Right' if right else 'Wrong'}: it was {dealt[place].truth.value}" in texts.all
        clock.now += 1
        player.press("space" if place % 2 else "enter")

    assert player.on == "results"
    assert player.app.screen._entry.field.text == "", "the space that led here was taken for a part of the name"
    rows = query(tmp_path, f"SELECT truth, answer FROM {TRIALS} ORDER BY number")
    score, correct = expected_score(rows)
    assert query(tmp_path, "SELECT score, correct, finished_at NOTNULL, player_id, dataset, run, kimg FROM rounds") == [
        (score, correct, 1, None, "mnist", "mnist", 64)
    ]
    assert correct == 18 and "18 of 20" in texts.all
    assert query(tmp_path, "SELECT run_key FROM rounds") == [(player.services.lab.run("mnist").key,)]
    seen = [(shown.class_name,) for shown in player.app.screen._results.shown]
    assert query(tmp_path, "SELECT class_name FROM shown_pictures ORDER BY number") == seen and all(seen)

    player.press("space")  # the last key again, as an impatient player would
    player.type("  Ada")
    assert "Ada" in texts.all
    player.press("enter")
    assert query(tmp_path, NAMES) == [("Ada",)]
    player.press("right", "right", "enter")
    assert player.on == "highscores"
    assert "Ada" in texts.all and f"{correct} of 20" in texts.all
    player.press("escape", "right", "enter")
    assert player.on == "title"
    assert f"Best: {correct} of 20 at 64 kimg" in texts.all


def test_the_pictures_of_a_round_are_those_of_its_rows(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin_round(player)
    play_round(player, clock)
    columns = "truth, picture_dataset, picture_split, picture_index, picture_run, picture_kimg, picture_seed"
    expected = [
        ("fake", None, None, None, picture.run, picture.kimg, picture.seed)
        if isinstance(picture, FakePicture)
        else ("real", picture.dataset, picture.split, picture.index, None, None, None)
        for picture in deal(RoundSetup("mnist", "mnist", 64, seed=1), Deck(range(10_000)))
    ]
    assert responses(tmp_path, columns) == expected


def test_a_round_by_mouse(player: Player, clock: Clock, tmp_path: Path) -> None:
    player.click("fashion-mnist")
    player.click("practice")
    player.click("64")
    player.until(lambda: asks(player))
    for place in range(20):
        clock.now += 0.5
        player.click("fake" if place % 3 else "real")
        clock.now += 0.5
        player.click_at((20, 20))
    rows = responses(tmp_path, "truth, answer")
    assert [answer for _, answer in rows] == ["fake" if place % 3 else "real" for place in range(20)]
    assert query(tmp_path, "SELECT dataset, score FROM rounds") == [("fashion-mnist", expected_score(rows)[0])]
    player.click("keep")
    player.click("scores")
    assert player.on == "highscores"
    player.press("escape")
    player.click("menu")
    assert player.on == "title"
    player.click("quit")
    assert not player.app.running


def test_every_way_out_is_open_to_the_mouse(player: Player, texts: Recorder) -> None:
    def click_text(text: str) -> None:
        box = next(box for shown, box in texts.texts if shown == text)
        player.click_at(player.app.canvas.sheet_point(box.center))

    player.click("mnist")
    click_text("F1")
    assert player.on == "help"
    click_text("Esc")
    assert player.on == "choosemode"
    click_text("Enter")
    assert player.on == "difficulty"
    click_text("H")
    assert player.on == "highscores"
    click_text("Esc")
    click_text("Enter")
    assert player.on == "practice"
    player.until(lambda: asks(player))
    for _ in range(3):
        click_text("Esc")
    assert player.on == "title"
    size = pygame.display.get_window_size()
    click_text("F11")
    assert pygame.display.get_window_size() != size


def test_a_double_click_on_a_stamp_answers_once_and_leaves_the_feedback(
    player: Player, clock: Clock, tmp_path: Path
) -> None:
    begin_round(player)
    stamp = player.button("fake").box.center
    player.click_at(stamp)
    clock.now += 0.2
    player.click_at(stamp)
    assert not asks(player)
    clock.now += 0.5
    player.click_at(stamp)
    assert asks(player)
    assert responses(tmp_path, "answer") == [("fake",)]


def test_a_click_beside_the_stamps_is_no_answer(player: Player, tmp_path: Path) -> None:
    begin_round(player)
    player.click_at((640, 350))
    player.press("up", "enter", "space", "h")
    assert asks(player)
    assert responses(tmp_path, "number") == []


def test_again_deals_another_round(player: Player, clock: Clock, tmp_path: Path) -> None:
    begin_round(player)
    play_round(player, clock)
    player.press("enter", "enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    assert query(tmp_path, "SELECT seed FROM rounds ORDER BY seed") == [(1,), (2,)]
    pictures = responses(tmp_path, "picture_index, picture_seed")
    assert len(pictures) == len(set(pictures)) == 40


def test_no_picture_comes_twice_though_the_dice_fall_the_same(player: Player, clock: Clock, tmp_path: Path) -> None:
    player.services.next_seed = lambda: 7
    begin_round(player)
    play_round(player, clock)
    player.press("enter", "enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    assert query(tmp_path, "SELECT seed FROM rounds") == [(7,), (7,)]
    pictures = responses(tmp_path, "picture_index, picture_seed")
    assert len(pictures) == len(set(pictures)) == 40


def test_a_guest_can_stay_out_of_the_list_and_a_known_player_is_not_asked_again(
    player: Player, clock: Clock, tmp_path: Path
) -> None:
    begin_round(player)
    play_round(player, clock)
    player.press("escape")
    assert player.on == "results"
    assert query(tmp_path, NAMES) == [(None,)]
    player.press("enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    player.type("Grace")
    player.press("enter", "enter")
    player.until(lambda: asks(player))
    play_round(player, clock)
    assert query(tmp_path, f"{NAMES} ORDER BY seed") == [(None,), ("Grace",), ("Grace",)]
    # Late keys of the round before are no name.
    player.type("123")
    player.press("enter")
    player.until(lambda: asks(player))
    assert query(tmp_path, "SELECT name FROM players") == [("Grace",)]


def test_a_name_is_as_long_as_the_list_has_room_for_and_can_be_corrected(
    player: Player, clock: Clock, tmp_path: Path
) -> None:
    begin_round(player)
    play_round(player, clock)
    player.type("x" * 30)
    player.press(*["backspace"] * 14)
    player.type("é\n\tß")
    player.press("enter")
    assert query(tmp_path, NAMES) == [("xxéß",)]


# Ways out


def test_escape_leads_back_from_every_screen(player: Player, tmp_path: Path) -> None:
    for button, screen in (("scores", "highscores"), ("settings", "settings"), ("help", "help")):
        player.click(button)
        assert player.on == screen
        player.press("escape")
        assert player.on == "title"
    player.press("f1")
    assert player.on == "help"
    player.press("escape")
    player.click("mnist")
    player.press("f1")
    assert player.on == "help"
    player.press("escape", "enter", "f1")
    assert player.on == "help"
    player.press("escape", "h")
    assert player.on == "highscores"
    player.press("escape", "enter")
    player.until(lambda: asks(player))
    player.press("escape")
    assert player.on == "difficulty", "nothing was answered, so there is nothing to ask"
    player.press("escape")
    assert player.on == "choosemode"
    player.press("escape")
    assert player.on == "title"


def test_leaving_a_round_asks_and_keeps_the_answers(player: Player, texts: Recorder, tmp_path: Path) -> None:
    begin_round(player)
    player.press("r", "space", "escape")
    assert "Leave this round?" in texts.all
    assert "Your answers so far are kept and count in your figures." in texts.all.replace("\n", " ")
    player.press("r")
    assert len(responses(tmp_path, "number")) == 1, "an answer went through the question"
    player.press("escape")
    assert asks(player) and "Leave this round?" not in texts.all
    player.press("f")
    # Its time holds the time of the question.
    assert responses(tmp_path, "number, disturbed") == [(1, 0), (2, 1)]
    player.press("space", "escape", "right", "enter")
    assert player.on == "difficulty"
    assert query(tmp_path, "SELECT finished_at, score FROM rounds") == [(None, None)]


def test_leaving_the_title_takes_escape_twice(player: Player, texts: Recorder) -> None:
    player.press("escape")
    assert player.app.running and "Esc again to quit" in texts.all
    player.press("left")
    assert "Esc again to quit" not in texts.all
    player.press("escape")
    assert player.app.running
    player.press("escape")
    assert not player.app.running


@pytest.mark.parametrize(
    "event",
    [
        pygame.Event(pygame.QUIT),
        pygame.Event(pygame.KEYDOWN, key=pygame.K_q, mod=pygame.KMOD_LCTRL, unicode=""),
    ],
    ids=["close button", "Ctrl-Q"],
)
def test_the_window_closes_at_once_in_the_middle_of_a_round(
    player: Player, tmp_path: Path, event: pygame.Event
) -> None:
    begin_round(player)
    player.press("r")
    player.frame(event)
    assert not player.app.running
    assert len(responses(tmp_path, "number")) == 1


def test_the_at_sign_of_a_german_keyboard_does_not_quit(player: Player) -> None:
    altgr = pygame.KMOD_LCTRL | pygame.KMOD_RALT
    player.frame(pygame.Event(pygame.KEYDOWN, key=pygame.K_q, mod=altgr, unicode="@"))
    assert player.app.running
