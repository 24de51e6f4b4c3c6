"""A player's figures at the real loop: those of what was played, each with its sentence, and nothing mixed."""

import threading
from datetime import timedelta

import pytest
from figure_stages import ADA, FIGURE_STAGES, counted, explained, figures, fill_with_figures
from made_up import START, MadeUpPlayer, played_flash, played_round, write_trials
from playing import Recorder
from scipy import stats
from stages import Stage, practice

from game.destinations import ShowFigures
from game.rules import Mode, Truth
from game.screen import Open
from game.statistics import Proportion


def trials(stage: Stage, mode: str, kimg: int | None = None) -> list:
    found = stage.services.store.get().trials(player_id=ADA, mode=mode)
    return [trial for trial in found if kimg in (None, trial.kimg)]


# From playing to the figures


def test_what_was_played_a_minute_ago_is_counted(stage: Stage, texts: Recorder) -> None:
    stage.player.press("p", "n")
    stage.player.type("Emmy")
    stage.player.press("enter")
    practice(stage).answer([place % 4 != 0 for place in range(20)]).play("space")
    stage.play("enter", "escape", "escape")
    assert stage.player.on == "choosemode" and "of Emmy" in texts.all
    stage.player.click("figures")
    counted(stage)
    assert "5 of 20 answers" in texts.all and "25 %" in texts.all
    assert "Practice · Digits" in texts.all and "20 answers in 1 round" in texts.all
    assert "d′ and c take at least 15 fakes" in texts.all.replace("\n", " ")
    # What the judge named them decides the class: of the forger here, always a 3.
    stage.play("tab")
    assert "3" in [text for text, _ in texts.texts] and "75 %" in texts.all


def test_rounds_that_were_broken_off_count_in_practice_and_say_so(stage: Stage, texts: Recorder) -> None:
    figures(stage, Mode.PRACTICE)
    assert "9 answers of rounds that were broken off count too" in texts.all


def test_a_flash_that_was_refused_is_told_of(stage: Stage, texts: Recorder) -> None:
    figures(stage, Mode.FLASH)
    path, key = stage.services.store.get().path, stage.services.run_key("mnist")
    assert path is not None
    write_trials(path, played_flash(MadeUpPlayer(ADA, ""), 64, START + timedelta(weeks=9), 0.5, run_key=key), {})
    screen = stage.player.app.screen
    screen._choose(next(one for one in screen._combinations if one.mode == Mode.FLASH))
    stage.rest()
    counted(stage)
    words = texts.all.replace("\n", " ")
    assert "1 more round did not count: too many frames were dropped." in words and "broken off" not in words


def test_pictures_that_come_again_are_told_of(stage: Stage, texts: Recorder) -> None:
    figures(stage)
    assert "had come before" not in texts.all
    path, key = stage.services.store.get().path, stage.services.run_key("mnist")
    assert path is not None
    # The same dice, and so the same pictures.
    for hour in (1, 2):
        twin = MadeUpPlayer(ADA, "", seed=77)
        rounds = played_round(twin, Mode.SHORT_MEASURED, 8, START + timedelta(weeks=9, hours=hour), run_key=key)
        write_trials(path, rounds, {})
    stage.player.app._follow(Open(ShowFigures(dataset="mnist")))
    counted(stage)
    own = trials(stage, Mode.SHORT_MEASURED, 8)
    share = f"{100 * (1 - len({trial.pictures[0].identity for trial in own}) / len(own)):.0f} %"
    assert len(own) == 80 and f"{share} of the answers are to pictures that had come before." in texts.all
    stage.play("tab", "tab", "tab")
    assert f"Whether you get better can't be told: {share} of these answers" in texts.all.replace("\n", " ")


# The figures are those of their formulas


def test_the_overview_has_the_figures_of_one_rung(stage: Stage, texts: Recorder) -> None:
    figures(stage)
    own = trials(stage, Mode.MEASURED, 512)
    wrong = sum(not trial.right for trial in own)
    assert f"{wrong} of {len(own)} answers" in texts.all and f"{100 * wrong / len(own):.0f} %" in texts.all
    fakes = [trial.answer is Truth.FAKE for trial in own if trial.pictures[0].truth is Truth.FAKE]
    reals = [trial.answer is Truth.FAKE for trial in own if trial.pictures[0].truth is Truth.REAL]
    z_hit, z_false = (stats.norm.ppf((sum(said) + 0.5) / (len(said) + 1)) for said in (fakes, reals))
    assert f"{z_hit - z_false:.1f}" in texts.all and f"{-(z_hit + z_false) / 2:.1f}" in texts.all
    interval = Proportion(len(fakes) - sum(fakes), len(fakes)).interval()
    assert interval is not None
    said = explained(stage, texts, "figure/rate 1")
    share = 100 * (1 - sum(fakes) / len(fakes))
    assert said.startswith(f"Fake error {share:.0f} % [{100 * interval.low:.0f}, {100 * interval.high:.0f}]: ")
    assert f"{len(fakes)} answers." in said
    luck = stats.binomtest(len(own) - wrong, len(own), alternative="greater").pvalue
    assert luck < 0.01 and f"{len(own) - wrong} of {len(own)} is no luck." in texts.all


def test_another_rung_has_other_figures_and_all_of_them_no_d_prime(stage: Stage, texts: Recorder) -> None:
    figures(stage)
    stage.player.click("easier")
    counted(stage)
    assert "256 kimg" in texts.all
    own = trials(stage, Mode.MEASURED, 256)
    assert f"{sum(not trial.right for trial in own)} of {len(own)} answers" in texts.all and "d′, skill" in texts.all
    for _ in range(3):
        stage.player.click("harder")
        counted(stage)
    everything = trials(stage, Mode.MEASURED)
    assert "All rungs" in texts.all and f"of {len(everything):,} answers".replace(",", "\u202f") in texts.all
    assert "They belong to one rung" in texts.all.replace("\n", " ") and "d′, skill" not in texts.all
    assert "line" not in [button.name for button in stage.player.buttons]
    # Nor is being surer at easier rungs taken for knowing what one knows.
    assert "figure/calibration" not in [button.name for button in stage.player.buttons]
    assert not any(words in texts.all for words in ("what you know", "of being sure", "no sign yet", "same confidence"))
    # Nor is a ladder's ease taken for learning.
    stage.play("tab", "tab", "tab")
    assert "An easier rung would look like learning" in texts.all


def test_rungs_stand_beside_each_other_with_their_own_intervals(stage: Stage, texts: Recorder) -> None:
    figures(stage, page=2)
    for kimg in (8, 64, 256, 512, 2048):
        own = trials(stage, Mode.MEASURED, kimg)
        error = Proportion(sum(not trial.right for trial in own), len(own))
        interval = error.interval()
        assert interval is not None and error.estimate is not None
        written = f"{100 * error.estimate:.0f} % [{100 * interval.low:.0f}, {100 * interval.high:.0f}]"
        said = explained(stage, texts, f"figure/error {kimg}")
        assert f"{len(own)} answers: Error {written}" in said and said.startswith(
            f"{kimg:,} kimg".replace(",", "\u202f")
        )


def test_the_middle_time_is_the_median_of_undisturbed_answers(stage: Stage, texts: Recorder) -> None:
    figures(stage, page=4)
    own = [trial for trial in trials(stage, Mode.MEASURED, 512) if not trial.disturbed]
    for name, right in (("right", True), ("wrong", False)):
        times = sorted(trial.response_seconds for trial in own if trial.right is right)
        middle = (times[(len(times) - 1) // 2] + times[len(times) // 2]) / 2
        assert explained(stage, texts, f"figure/time {name}").startswith(f"{middle:.2f} [")
    disturbed = len(trials(stage, Mode.MEASURED, 512)) - len(own)
    assert f"{disturbed} answers are left out" in texts.all.replace("\n", " ")


def test_a_climb_is_never_put_together_with_single_pictures(stage: Stage, texts: Recorder) -> None:
    figures(stage, Mode.CLIMB)
    own = trials(stage, Mode.CLIMB)
    found = sum(trial.right for trial in own)
    words = texts.all.replace("\n", " ")
    assert f"You found the fake in {found} of {len(own)} pairs." in words and "The GAN starts fooling you at" in words
    assert ", if it has stayed the same." in words
    asked: dict[int, list[bool]] = {}
    for trial in own:
        kimg = next(picture.kimg for picture in trial.pictures if picture.kimg)
        asked.setdefault(kimg, []).append(trial.right)
    kimg, rights = max(asked.items(), key=lambda one: (len(one[1]), one[0]))
    d_prime = 2**0.5 * stats.norm.ppf((sum(rights) + 0.5) / (len(rights) + 1))
    assert explained(stage, texts, "figure/d").startswith(f"At {kimg} kimg")
    assert f"d′ {d_prime:.1f}" in explained(stage, texts, "figure/d")
    assert "c, leaning" not in texts.all and "line" not in [button.name for button in stage.player.buttons]


@pytest.mark.parametrize("mode", [Mode.DUEL, Mode.CONSULT])
def test_duels_and_first_answers_before_advice_have_all_figures_of_single_pictures(
    stage: Stage, texts: Recorder, mode: Mode
) -> None:
    figures(stage, mode)
    own = [
        (trial.pictures[0].truth is Truth.FAKE, (trial.first_answer or trial.answer) is Truth.FAKE)
        for trial in trials(stage, mode)
    ]
    said = {fake: [called for truth, called in own if truth is fake] for fake in (True, False)}
    z_hit, z_false = (stats.norm.ppf((sum(said[fake]) + 0.5) / (len(said[fake]) + 1)) for fake in (True, False))
    assert f"d′ {z_hit - z_false:.1f} [" in explained(stage, texts, "figure/d you")
    assert f"c {-(z_hit + z_false) / 2:.1f} [" in explained(stage, texts, "figure/c")
    fooled = explained(stage, texts, "figure/fooled")
    assert fooled.startswith(f"You, fooled {100 * (1 - sum(said[True]) / len(said[True])):.0f} % [")
    right = sum(fake == called for fake, called in own)
    luck = stats.binomtest(right, len(own), alternative="greater").pvalue
    verdict = "could be luck" if luck > 0.05 else "is hardly luck" if luck > 0.01 else "is no luck"
    assert f"{right} of {len(own)} {verdict}." in texts.all.replace("\n", " ")


def test_duels_with_earlier_discriminators_are_told_of_and_left_out(stage: Stage, texts: Recorder) -> None:
    fill_with_figures(stage, 0)
    path, key = stage.services.store.get().path, stage.services.run_key("mnist")
    assert path is not None
    later = START + timedelta(weeks=9)
    ada = MadeUpPlayer(ADA, "", seed=3)
    rounds = played_round(ada, Mode.DUEL, 256, later, run_key=key, discriminator_kimg=5000)
    write_trials(path, rounds, {})
    stage.player.app._follow(Open(ShowFigures(dataset="mnist")))
    counted(stage)
    own = trials(stage, Mode.DUEL, 256)
    assert len(own) == 280 and "280 answers in 7 rounds" in texts.all
    newest = [trial for trial in own if trial.discriminator_kimg == 5000]
    right = sum(trial.right for trial in newest)
    assert len(newest) == 40 and f"{right} of 40 " in texts.all.replace("\n", " ")
    assert "240 answers beside earlier discriminators of this run are not on this page." in texts.all
    stage.play("tab")
    assert "earlier discriminators" not in texts.all


def test_duels_say_whether_being_sure_went_with_being_right(stage: Stage, texts: Recorder) -> None:
    FIGURE_STAGES["figures-duel-sure"](stage)
    newest = [trial for trial in trials(stage, Mode.DUEL) if trial.discriminator_kimg == 5000]
    said = explained(stage, texts, "figure/calibration")
    for confidence, name in ((1, "Unsure"), (2, "Fairly sure"), (3, "Sure")):
        rights = [trial.right for trial in newest if trial.confidence == confidence]
        assert f"{name} {100 * sum(rights) / len(rights):.0f} % [" in said
    # Another test of the same question.
    trend = stats.kendalltau([trial.confidence for trial in newest], [trial.right for trial in newest])
    assert trend.statistic > 0 and trend.pvalue < 0.01
    assert "You know what you know: the surer you were" in texts.all.replace("\n", " ")
    assert "The thin curve joins what you would have scored" in explained(stage, texts, "figure/roc")
    # All rungs: the earlier discriminator's 240 at another rung are no part of it, so nothing is mixed.
    stage.player.click("harder")
    stage.player.click("harder")
    counted(stage)
    assert "All rungs" in texts.all and "figure/calibration" in [button.name for button in stage.player.buttons]
    assert "line" in [button.name for button in stage.player.buttons] and "of several" not in texts.all
    stage.player.click("easier")
    counted(stage)
    words = texts.all.replace("\n", " ")
    assert "256 kimg" in words and "There is no duel with the run's newest discriminator at this rung yet." in words


# Whose


def test_guests_have_figures_of_their_own_and_a_way_to_a_name(stage: Stage, texts: Recorder) -> None:
    stage.player.app._follow(Open(ShowFigures()))
    stage.rest()
    assert "Nothing was played without a name yet" in texts.all
    stage.player.press("enter")
    assert stage.player.on == "players"
    stage.player.press("n")
    stage.player.type("Emmy")
    stage.player.press("enter")
    stage.rest()
    # Whoever plays now is on show.
    assert stage.player.on == "figures" and "Emmy has not played anything yet" in texts.all


def test_rounds_without_a_name_are_counted_together(stage: Stage, texts: Recorder) -> None:
    practice(stage).answer([True] * 20).play("space", "escape", "escape", "escape")
    stage.player.click("figures")
    counted(stage)
    assert "guests" in texts.all and "0 of 20 answers" in texts.all and "Guests may be several people." in texts.all


# Counting


def test_counting_that_takes_long_is_seen_and_ends_when_the_page_is_left(
    stage: Stage, texts: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def slow(*arguments: object) -> None:
        begun.set()
        go_on.wait(30)

    monkeypatch.setattr("game.counted_figures.profile", slow)
    fill_with_figures(stage, 0)
    stage.player.app._follow(Open(ShowFigures()))
    screen = stage.player.app.screen
    assert begun.wait(30)
    stage.player.until(lambda: screen._counting.is_slow)
    stage.rest()
    assert "counting …" in texts.all and screen.wait_seconds(0.0) is not None
    stage.play("escape")
    go_on.set()
    assert stage.player.on == "title"
    assert screen._counting._cancelled and screen._counting.result is None


def test_a_file_that_can_not_be_read_is_a_sentence(stage: Stage, texts: Recorder) -> None:
    fill_with_figures(stage, 0)
    store = stage.services.store.get()
    assert store.path is not None
    stage.player.app._follow(Open(ShowFigures()))
    counted(stage)
    store.path.rename(store.path.with_suffix(".away"))
    stage.play("c", "end", "enter")
    counted(stage)
    assert "can't be read now" in texts.all.replace("\n", " ") and stage.player.on == "figures"
