"""Whom a run fools, at the real loop: all players' rounds of one length, of the class where there is its database."""

from pathlib import Path

import numpy as np
import pytest
from figure_stages import class_plays, counted, explained, fill_with_figures, generator
from made_up import START, MadeUpPlayer, played_round, write_trials
from playing import Recorder
from stages import Stage

from game.destinations import ShowGeneratorFigures
from game.rules import Mode
from game.screen import Open
from game.services import LazyStore
from game.ui.tabs import tab_name


def words(texts: Recorder) -> str:
    return texts.all.replace("\n", " ")


def open_page(stage: Stage) -> Stage:
    run = stage.services.lab.run("mnist")
    assert run is not None
    stage.player.app._follow(Open(ShowGeneratorFigures("mnist", run.name, run.key)))
    counted(stage)
    return stage


def test_the_rate_at_a_rung_is_the_mean_of_the_players(stage: Stage, texts: Recorder) -> None:
    generator(stage)
    key = stage.services.run_key("mnist")
    trials = [t for t in class_plays(key)[0] if t.mode == Mode.MEASURED and t.kimg == 32 and t.player_id]
    players = sorted({trial.player_id for trial in trials})
    shares = [np.mean([not t.right for t in trials if t.player_id == player]) for player in players]
    assert len(shares) == 16
    said = explained(stage, texts, "figure/rung 32")
    assert said.startswith(f"32 kimg, “Toddler”: Error {100 * np.mean(shares):.0f} % [")
    assert "across 16 players" in said and "Judge distance 44.60." in said
    low, high = (int(end) for end in said.partition("[")[2].partition("]")[0].split(", "))
    # Roughly ± 2.13 standard errors, as for a mean of 16.
    reach = 2.13 * 100 * np.std(shares, ddof=1) / 4
    assert high - low == pytest.approx(2 * reach, abs=2.5)


def test_few_players_are_told_plainly_and_have_no_interval(stage: Stage, texts: Recorder) -> None:
    generator(stage, 5)
    assert "Too few players here." in words(texts) and "at least 12" in words(texts)
    said = explained(stage, texts, "figure/rung 32")
    assert "across 5 players, too few to say how sure that is" in said and "[" not in said


def test_guests_and_short_rounds_are_kept_apart(stage: Stage, texts: Recorder) -> None:
    generator(stage)
    assert "50 + 50" in texts.all and "1 round is left out: played without a name." in words(texts)
    assert "17 players, 9\u202f200 answers" in words(texts)
    stage.player.click("shorter")
    counted(stage)
    assert "20 + 20" in texts.all and "a short round" in texts.all
    # Eight of the class, and Ada once.
    assert "9 players, 360 answers" in words(texts)
    stage.player.click("longer")
    counted(stage)
    assert "50 + 50" in texts.all


def test_tabs_show_the_other_rates(stage: Stage, texts: Recorder) -> None:
    generator(stage, 2)
    assert "HYPE∞: how often people are wrong" in texts.all
    stage.play("tab")
    assert "The fooling rate" in texts.all
    stage.player.click(tab_name("real"))
    stage.rest()
    assert "How often real pictures are taken for its fakes" in texts.all
    stage.play("left", "left")
    assert "HYPE∞" in texts.all


def test_the_page_of_a_run_leads_here_and_nobody_played_is_a_sentence(stage: Stage, texts: Recorder) -> None:
    stage.player.click("lab")
    stage.player.press("down", "enter")
    assert stage.player.on == "watch"
    stage.player.click("fooled")
    counted(stage)
    assert stage.player.on == "generatorfigures"
    assert "Nobody has finished a measured round against this run yet." in texts.all
    stage.play("escape")
    assert stage.player.on == "watch"


def test_guests_alone_make_no_curve(stage: Stage, texts: Recorder) -> None:
    store, key = stage.services.store.get(), stage.services.run_key("mnist")
    assert store.path is not None
    write_trials(store.path, played_round(MadeUpPlayer("", ""), run_key=key), {})
    open_page(stage)
    assert "all of them without a name" in words(texts)


def test_a_run_of_another_computer_has_its_page_too(stage: Stage, texts: Recorder) -> None:
    fill_with_figures(stage, 1)
    stage.player.app._follow(Open(ShowGeneratorFigures("mnist", "theirs", "0123456789abcdef")))
    counted(stage)
    assert "theirs, not on this computer" in texts.all and "Judge distance" not in texts.all


# A class's database


def with_class(stage: Stage, url: str) -> None:
    stage.services.store.close()
    stage.services.store = LazyStore(stage.services.settings_path.parent / "own.sqlite", url)


def test_the_rounds_of_the_class_are_shown_where_there_is_its_database(
    stage: Stage, texts: Recorder, tmp_path: Path
) -> None:
    with_class(stage, f"sqlite:///{tmp_path / 'class.sqlite'}")
    store, shared = stage.services.store.get(), stage.services.store.shared
    assert shared is not None
    # Makes the tables.
    answer = shared.ask(lambda rounds: rounds.players())
    stage.player.until(lambda: answer.done)
    trials, names = class_plays(stage.services.run_key("mnist"), 3)
    write_trials(tmp_path / "class.sqlite", trials, names)
    assert store.trials() == []
    open_page(stage)
    assert "3 players" in words(texts) and "These are the rounds of the whole class." in words(texts)


def test_where_it_can_not_be_read_the_rounds_of_this_computer_are_shown(
    stage: Stage, texts: Recorder, tmp_path: Path
) -> None:
    (tmp_path / "class.sqlite").write_bytes(b"no database at all" * 100)
    with_class(stage, f"sqlite:///{tmp_path / 'class.sqlite'}")
    store = stage.services.store.get()
    assert store.path is not None
    ada = MadeUpPlayer("a" * 32, "Ada")
    write_trials(
        store.path, played_round(ada, started_at=START, run_key=stage.services.run_key("mnist")), {ada.player_id: "Ada"}
    )
    open_page(stage)
    assert "1 player, 100 answers" in words(texts)
    assert "can't be read now" in words(texts) and "These are the rounds on this computer." in words(texts)


def test_waiting_for_the_class_is_seen_and_ends_when_the_page_is_left(
    stage: Stage, texts: Recorder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_class(stage, f"sqlite:///{tmp_path / 'class.sqlite'}")
    stage.services.store.get()
    shared = stage.services.store.shared
    assert shared is not None
    answer = shared.ask(lambda rounds: [])
    stage.player.until(lambda: answer.done)
    answer.done = False
    monkeypatch.setattr(shared, "ask", lambda question: answer)
    run = stage.services.lab.run("mnist")
    assert run is not None
    stage.player.app._follow(Open(ShowGeneratorFigures("mnist", run.name, run.key)))
    screen = stage.player.app.screen
    stage.player.until(lambda: screen._counting.is_slow)
    stage.rest()
    assert "asking the class's database …" in texts.all
    stage.play("escape")
    assert stage.player.on == "title" and not screen._counting.done
