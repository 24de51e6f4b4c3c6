"""Play-throughs with colours, other sizes, folders and single classes: the real loop, a real forger, tiny real runs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from other_runs import FOLDER, pictures_of, write_other_run
from playing import NOW, Clock, Player, Recorder, asks, play_round, player_of_copies, query, screenshot
from tiny_runs import Form

from game.destinations import ChooseDifficulty, PlayRound
from game.forger import Forger
from game.rules import FakePicture, RealPicture, RoundSetup, Truth
from game.screen import Open
from gan.checkpoint import read_generator
from gan.datasets import DATASETS, load_split
from gan.run_log import held_out_path, rung_path
from gan.sampler import draw


@pytest.fixture(scope="module")
def other_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("others")
    write_other_run(folder / "by-class", "grey 28 of classes")
    write_other_run(folder / "drawings", "colour 64 of classes", title="Drawings")
    write_other_run(folder / "few", Form("folder:/nowhere/few", 32, 1, ()), held_out=8)
    write_other_run(folder / "stacked", Form("stacked-mnist", 28, 3, ()))
    write_other_run(folder / "photographs", "colour 32")
    return folder


@pytest.fixture
def guest(
    window: None, texts: Recorder, clock: Clock, other_runs: Path, tmp_path: Path, shared_forger: Forger
) -> Iterator[Player]:
    with player_of_copies(other_runs, tmp_path, clock, shared_forger) as player:
        yield player


def choose(player: Player, dataset: str) -> None:
    player.app._follow(Open(ChooseDifficulty(dataset)))
    player.frame()
    player.until(lambda: all(order.shown for order in player.app.screen._samples.values()))


def shown_in_the_light_box(player: Player, pixels: np.ndarray) -> bool:
    """Returns whether the middle of the window shows a picture, uint8 (size, size[, 3]), in squares."""
    size = len(pixels)
    times = 394 // size
    colours = (
        (pixels if pixels.ndim == 3 else pixels[..., np.newaxis].repeat(3, axis=2)).repeat(times, 0).repeat(times, 1)
    )
    seen = screenshot()
    side = times * size
    return any(
        np.array_equal(seen[top : top + side, left : left + side], colours)
        for top in range(352 - side // 2 - 1, 352 - side // 2 + 2)
        for left in range(640 - side // 2 - 1, 640 - side // 2 + 2)
    )


def test_a_round_of_a_folder_shows_its_own_pictures_and_the_fakes_as_they_are(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    choose(guest, FOLDER)
    assert "drawings" in texts.all and "play 20 pictures" in texts.all
    guest.press("enter")
    guest.until(lambda: asks(guest))
    assert "Drawn by a hand, or by a machine?" in texts.all
    run = guest.services.checkpoints / "drawings"
    reals, seen = pictures_of(run), set()
    for _ in range(20):
        picture = guest.app.screen._round.current
        if isinstance(picture, RealPicture):
            assert picture.run == "drawings" and picture.dataset == FOLDER
            expected = reals[picture.index]
        else:
            assert isinstance(picture, FakePicture)
            expected = draw(read_generator(rung_path(run, picture.kimg)), [picture.seed])[0].transpose(1, 2, 0)
        assert shown_in_the_light_box(guest, expected)
        seen.add(picture.truth)
        clock.now += 0.5
        guest.press("r")
        clock.now += 0.5
        guest.press("space")
    assert seen == {Truth.REAL, Truth.FAKE} and guest.on == "results"
    rows = query(
        tmp_path, "SELECT DISTINCT picture_dataset, picture_split, picture_run FROM shown_pictures WHERE truth='real'"
    )
    # Where the folder lies is nobody's business.
    assert rows == [("folder:drawings", "test", "drawings")]


def test_a_folder_with_few_pictures_has_a_short_round_again_and_again(
    guest: Player, clock: Clock, texts: Recorder
) -> None:
    choose(guest, "folder:/nowhere/few")
    assert "play 8 pictures" in texts.all
    for _ in range(3):
        guest.app._follow(Open(ChooseDifficulty("folder:/nowhere/few")))
        guest.frame()
        guest.press("enter")
        guest.until(lambda: asks(guest))
        assert len(guest.app.screen._round.pictures) == 8
        for _ in range(8):
            clock.now += 1
            guest.press("f", "space")
        assert guest.on == "results" and "of 8" in texts.all
        guest.press("escape", "escape")


def test_a_class_can_be_asked_for_and_nothing_else_comes(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    choose(guest, "mnist")
    assert "Any class" in texts.all
    guest.press("down")
    guest.type("7")
    assert "Only “7”" in texts.all
    guest.until(lambda: all(order.shown for order in guest.app.screen._samples.values()))
    seeds = [shown.picture.seed for shown in guest.app.screen._samples[8].shown]
    assert seeds == [7, 17, 27, 37]
    guest.press("up", "enter")
    guest.until(lambda: asks(guest))
    assert "Digits, only “7”" in texts.all
    labels = load_split(DATASETS["mnist"], "test").labels
    pictures = guest.app.screen._round.pictures
    assert len(set(pictures)) == 20
    for picture in pictures:
        assert (labels[picture.index] if isinstance(picture, RealPicture) else picture.seed % 10) == 7
    # A better round of all classes is no rival.
    store = guest.services.store.get()
    rival = store.begin_round(RoundSetup("mnist", "by-class", 8, 1), NOW, player_id=store.player_named("Grace"))
    store.finish_round(rival, 99_999, 20, NOW)
    play_round(guest, clock)
    assert "Digits, only “7” · " in texts.all and "first on the list" in texts.all
    guest.type("Ada")
    guest.press("enter")
    rounds = query(
        tmp_path, "SELECT mode, trial_count, name FROM rounds JOIN players ON players.id = player_id ORDER BY name"
    )
    assert rounds == [("practice of class 7", 20, "Ada"), ("practice", 20, "Grace")]
    assert [score.player for score in store.high_scores("mnist", "by-class", 8)] == ["Grace"]
    assert [score.player for score in store.high_scores("mnist", "by-class", 8, mode="practice of class 7")] == ["Ada"]
    guest.click("scores")
    assert "only “7”" in texts.all and "Ada" in texts.all
    # The same setup is the same round.
    setup = guest.app.screens[-2]._results.round.setup
    guest.services.seen.clear()
    guest.app._follow(Open(PlayRound(setup)))
    guest.until(lambda: asks(guest))
    assert guest.app.screen._round.pictures == pictures


def test_a_folders_classes_can_be_asked_for(guest: Player, texts: Recorder) -> None:
    choose(guest, FOLDER)
    guest.press("down", "right", "right")
    assert "Only “dogs”" in texts.all
    guest.press("right")
    assert "Any class" in texts.all
    guest.press("left", "up", "enter")
    guest.until(lambda: asks(guest))
    for picture in guest.app.screen._round.pictures:
        number = picture.index if isinstance(picture, RealPicture) else picture.seed
        assert number % 2 == 1


def test_stacked_digits_are_played_in_colour(guest: Player, texts: Recorder) -> None:
    choose(guest, "stacked-mnist")
    guest.press("enter")
    guest.until(lambda: asks(guest))
    while guest.app.screen._round.current.truth is Truth.FAKE:
        guest.press("f", "space")
    index = guest.app.screen._round.current.index
    real = load_split(DATASETS["stacked-mnist"], "test").images[index].transpose(1, 2, 0)
    assert shown_in_the_light_box(guest, real)
    guest.press("r")
    assert "Stacked MNIST's test set" in " ".join(texts.all.split())


def test_pictures_that_are_not_on_this_computer_are_one_sentence(guest: Player, texts: Recorder) -> None:
    if (Path(__file__).parent.parent / "assets" / "cifar-10-batches-bin").exists():
        pytest.skip("CIFAR-10 is on this computer")
    choose(guest, "cifar10")
    guest.press("enter")
    guest.until(lambda: "CIFAR-10 is not on this computer" in texts.all)
    guest.press("escape")
    assert guest.on == "difficulty"


def test_a_folders_run_without_its_pictures_can_be_watched_and_not_played(guest: Player, clock: Clock) -> None:
    held_out_path(guest.services.checkpoints / "drawings").unlink()
    clock.now += 1
    guest.frame()
    guest.services.lab.library.refresh()
    assert not guest.services.lab.playable(FOLDER)
    guest.click("lab")
    guest.click("run/drawings")
    guest.until(lambda: guest.app.screen._grids.at(guest.app.screen._run, None) is not None)
    guest.click("against")
    assert guest.on == "watch" and "were not kept" in guest.app.screen._message


def test_a_forger_of_another_size_than_the_real_pictures_is_one_sentence(guest: Player, texts: Recorder) -> None:
    checkpoints = guest.services.checkpoints
    for kimg in (2, 4, 8):
        shutil.copy(rung_path(checkpoints / "stacked", kimg), rung_path(checkpoints / "by-class", kimg))
    guest.services.lab.library.refresh()
    guest.app._follow(Open(ChooseDifficulty("mnist")))
    guest.frame()
    guest.press("enter")
    guest.until(lambda: "and those beside them" in " ".join(texts.all.split()))


# The way to them


def test_the_title_leads_to_all_other_pictures(guest: Player, texts: Recorder) -> None:
    guest.click("more")
    assert guest.on == "morepictures"
    names = [button.name for button in guest.buttons]
    assert names == ["stacked-mnist", FOLDER, "folder:/nowhere/few", "folder:"]
    assert "Not on this computer: CIFAR-10 (cifar10) and Faces (celeba)." in " ".join(texts.all.split())
    guest.press("down", "enter", "enter")
    assert guest.on == "difficulty" and "drawings" in texts.all
    guest.press("escape", "escape", "end", "enter")
    assert guest.on == "planrun" and guest.app.screen._in_folder is True
    assert "Type or paste" not in texts.all
    guest.press("escape", "escape")
    assert guest.on == "morepictures"


def test_what_has_no_forger_yet_can_be_trained(guest: Player, texts: Recorder) -> None:
    shutil.rmtree(guest.services.checkpoints / "stacked")
    guest.services.lab.library.refresh()
    guest.services.datasets_here = lambda: ("mnist", "stacked-mnist", "cifar10")
    guest.click("more")
    assert "Stacked MNIST · no forger yet: train one" in texts.all
    assert "CIFAR-10 · 1 run · up to 8 kimg" in texts.all
    guest.press("enter")
    assert guest.on == "planrun" and guest.app.screen._dataset.name == "stacked-mnist"
