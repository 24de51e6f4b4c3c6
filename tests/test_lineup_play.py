"""A round of lines: dealt as the answers decide, no picture twice, a clock that stands while nothing can be seen."""

from pathlib import Path
from typing import Any

import pytest
from bare_runs import write_bare_run
from forgers import FakeForger
from other_runs import write_other_run
from playing import make_services, query
from tiny_runs import Form

from game.deal import deal_lineup
from game.lineup_play import EARLIEST_SECONDS, LineupPlay
from game.rules import Mode, RoundSetup, Truth
from game.services import Services

SETUP = RoundSetup("mnist", "mnist", 64, 5, Mode.ODD_ONE_OUT, 100)
FOLDER = Form("folder:/disk/ada/cats", 28, 1, ())


@pytest.fixture
def services(tmp_path: Path) -> Any:
    write_bare_run(tmp_path / "checkpoints" / "mnist", (0, 2, 64, 3000))
    services = make_services(tmp_path / "checkpoints", tmp_path)
    services.lab.look(0.0)
    yield services
    services.store.close()


def asked(play: LineupPlay, kimg: int = 64, count: int = 4) -> LineupPlay:
    """Shows the next line from second 0 on."""
    play.order(kimg, count)
    assert play.ready
    play.show_next()
    play.frame_shown(0.0)
    return play


def of_folder(services: Services, held_out: int) -> RoundSetup:
    run = write_other_run(services.checkpoints / "cats", FOLDER, held_out=held_out)
    services.lab.library.refresh()
    found = services.lab.run(run.name)
    assert found is not None
    return found.round_setup(found.rungs[-1], 5, mode=Mode.ODD_ONE_OUT)


def test_a_line_is_the_one_that_is_dealt_and_is_ordered_with_the_judge(services: Services) -> None:
    play = asked(LineupPlay(services, SETUP))
    run = services.lab.run("mnist")
    assert run is not None
    expected = deal_lineup(SETUP, 1, 64, 4, run.deck)
    assert tuple(shown.picture for shown in play.on_show) == expected
    forger = services.forger
    assert isinstance(forger, FakeForger)
    [(pictures, judge)] = forger.requests
    assert len(pictures) == 4 and judge == "mnist"
    trial = play.take(0, 1.0)
    assert trial.shown[trial.fake_place].picture.truth is Truth.FAKE
    assert trial.right == (trial.fake_place == 0)


def test_no_picture_comes_twice_while_the_game_is_open(services: Services) -> None:
    seen = []
    for seed in (1, 2):
        play = LineupPlay(services, RoundSetup("mnist", "mnist", 64, seed, Mode.ODD_ONE_OUT, 100))
        for count in (4, 9, 2):
            seen += [shown.picture for shown in asked(play, count=count).on_show]
            play.take(0, 1.0)
    assert len(set(seen)) == len(seen) == 30


def test_where_a_small_folder_runs_out_its_pictures_come_again(services: Services) -> None:
    setup = of_folder(services, 10)
    assert setup.trial_count == 100, "a game is as long as its hearts last, and not as its folder"
    play = LineupPlay(services, setup)
    for _ in range(6):
        shown = asked(play, setup.kimg, 9).on_show
        assert len({picture.picture for picture in shown}) == 9
        play.take(0, 1.0)
    assert not play.error


def test_too_few_pictures_and_a_run_that_is_gone_are_sentences(services: Services) -> None:
    play = LineupPlay(services, of_folder(services, 2))
    play.order(4, 4)
    assert play.poll() and not play.poll()
    assert "too few real pictures (2)" in play.error and not play.ready
    gone = LineupPlay(services, RoundSetup("mnist", "away", 64, 1))
    gone.order(64, 4)
    assert "is gone" in gone.error and gone.rungs == ()


def test_the_ladder_ends_at_the_rung_of_the_round(services: Services) -> None:
    assert LineupPlay(services, SETUP).rungs == (2, 64)


def test_the_clock_stands_during_a_pause_and_the_time_then_means_nothing(services: Services, tmp_path: Path) -> None:
    play = asked(LineupPlay(services, SETUP))
    play.pause(2.0)
    assert play.paused and not play.waits_for_answer
    play.frame_shown(5.0)
    assert play.seconds(60.0) == 2.0
    play.resume()
    assert play.seconds(70.0) == 2.0, "the clock goes before the pictures can be seen again"
    play.frame_shown(80.0)
    play.take(3, 81.5)
    asked(play)
    play.take(1, 1.0)
    columns = "number, chosen_place, response_seconds, disturbed, answer"
    assert query(tmp_path, f"SELECT {columns} FROM responses ORDER BY number") == [
        (1, 3, 3.5, 1, None),
        (2, 1, 1.0, 0, None),
    ]


def test_what_disturbs_between_two_lines_disturbs_neither(services: Services, tmp_path: Path) -> None:
    play = asked(LineupPlay(services, SETUP))
    play.take(0, 1.0)
    play.order(64, 4)
    play.disturb()
    play.show_next()
    play.disturb()
    play.frame_shown(0.0)
    play.take(0, 1.0)
    assert query(tmp_path, "SELECT disturbed FROM responses") == [(0,), (0,)]


def test_an_answer_before_anything_can_be_seen_is_not_meant(services: Services) -> None:
    play = LineupPlay(services, SETUP)
    play.order(64, 4)
    play.show_next()
    assert not play.can_be_answered(100.0)
    play.frame_shown(0.0)
    assert not play.can_be_answered(EARLIEST_SECONDS - 0.01)
    assert play.can_be_answered(EARLIEST_SECONDS)


def test_time_that_was_up_has_no_row_and_leaves_its_number_free(services: Services, tmp_path: Path) -> None:
    play = LineupPlay(services, SETUP)
    for place in (2, None, 1):
        asked(play).take(place, 1.0)
    play.finish(123)
    assert query(tmp_path, "SELECT number FROM responses ORDER BY number") == [(1,), (3,)]
    found = sum(trial.right for trial in play.trials)
    assert query(tmp_path, "SELECT score, correct, finished_at NOTNULL FROM rounds") == [(123, found, 1)]
