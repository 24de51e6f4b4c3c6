"""Duel and Consult with a real forger: what is shown and stored is what the run's own discriminator says."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from judging import at_briefing, at_question
from other_runs import FOLDER, write_other_run
from playing import Clock, Player, Recorder, player_of_copies, query, responses
from test_verdicts import add_discriminator
from tiny_runs import Form

from game.forger import Forger
from game.rules import FakePicture, Mode, RealPicture
from gan.play_pictures import PlayPictures
from gan.verdicts import CalibratedDiscriminators

FEW = "folder:/nowhere/few"


@pytest.fixture(scope="module")
def judged_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("judged")
    add_discriminator(write_other_run(folder / "few", Form(FEW, 32, 1, ()), held_out=30))
    add_discriminator(write_other_run(folder / "many", "colour 64", held_out=60))
    write_other_run(folder / "none", Form("folder:/nowhere/none", 32, 1, ()), held_out=40)
    return folder


@pytest.fixture
def duellist(
    window: None, texts: Recorder, clock: Clock, judged_runs: Path, tmp_path: Path, shared_forger: Forger
) -> Iterator[Player]:
    """Someone with a real forger, and runs with and without a discriminator."""
    with player_of_copies(judged_runs, tmp_path, clock, shared_forger) as player:
        yield player


@pytest.mark.parametrize("mode", [Mode.DUEL, Mode.CONSULT])
def test_what_is_stored_is_what_the_runs_own_discriminator_says(
    duellist: Player, clock: Clock, tmp_path: Path, mode: Mode
) -> None:
    at_question(duellist, mode, FOLDER)
    dealt, run = duellist.app.screen._play.round.pictures, duellist.services.checkpoints / "many"
    for _ in range(40):
        clock.now += 1
        duellist.press("f", *(("enter",) if mode is Mode.CONSULT else ()), "space")
    assert duellist.on == "duelresults"
    asked = []
    for picture in dealt:
        if isinstance(picture, FakePicture):
            asked.append({"run": str(run), "kimg": picture.kimg, "number": picture.seed})
        else:
            assert isinstance(picture, RealPicture) and picture.run == "many"
            asked.append({"held_out_of": str(run), "number": picture.index})
    expected = CalibratedDiscriminators(PlayPictures()).verdicts(asked, run, 8)
    stored = [probability for (probability,) in responses(tmp_path, "fake_probability")]
    assert stored == pytest.approx(expected.fake_probabilities.tolist(), abs=1e-6)
    assert len(set(stored)) > 20
    newest = max(int(path.stem) for path in (run / "ladder").iterdir())
    assert set(responses(tmp_path, "discriminator_kimg")) == {(newest,)}
    accuracy = duellist.app.screen._duel.accuracy
    assert (accuracy.successes, accuracy.trials) == (expected.right_count, expected.trial_count)


def test_the_discriminator_of_a_run_that_was_trained_on_is_known_for_another_one(
    duellist: Player, clock: Clock, tmp_path: Path
) -> None:
    ladder = duellist.services.checkpoints / "few" / "ladder"
    newest = max(ladder.iterdir())
    for _ in range(2):
        at_question(duellist, Mode.DUEL, FEW)
        for _ in range(10):
            clock.now += 1
            duellist.press("f", "space")
        shutil.copy(newest, ladder / "900000.safetensors")
    kimgs = [kimg for (kimg,) in responses(tmp_path, "discriminator_kimg")]
    assert sorted(kimgs) == [int(newest.stem)] * 10 + [900_000] * 10


def test_a_run_with_few_real_pictures_leaves_some_to_calibrate_its_discriminator_by(
    duellist: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    for _ in range(3):
        at_question(duellist, Mode.DUEL, FEW)
        assert "1 of 10" in texts.all
        for _ in range(10):
            clock.now += 1
            duellist.press("f", "space")
        assert duellist.on == "duelresults"
        assert "κ takes at least 40 pictures" in texts.all.replace("\n", " ")
    assert query(tmp_path, "SELECT trial_count, finished_at NOTNULL FROM rounds") == [(10, 1)] * 3


def test_a_run_without_a_discriminator_says_so_and_lets_one_go(
    duellist: Player, texts: Recorder, tmp_path: Path
) -> None:
    at_briefing(duellist, Mode.DUEL, "folder:/nowhere/none")
    duellist.press("enter")
    duellist.until(lambda: "discriminator.safetensors" in texts.all)
    duellist.press("r", "f", "space", "escape")
    assert duellist.on == "difficulty"
    assert responses(tmp_path, "number") == []
