"""The stages of Measured, Duel and Consult, and of the page where the line is drawn."""

from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING

from other_runs import write_other_run
from tiny_runs import Form

from game.deal import Deck, deal
from game.destinations import ChooseDifficulty, Destination, PlayRound, ShowDuel, ShowMeasurement, ShowSignalDetection
from game.pictures import ShownPicture, order_pictures
from game.rules import Advice, Confidence, Mode, Response, Round, RoundSetup, Truth
from game.screen import Open
from game.statistics import Proportion, SignalCounts
from game.tickets import Ticket

if TYPE_CHECKING:
    from stages import Stage

# Of the discriminator, for one picture after another.
VERDICTS = (0.83, 0.31, 0.62, 0.12, 0.97, 0.44, 0.55)
LONG_FOLDER = "folder:/disk/ada/drawings of all the cats in our street"


def follow(stage: "Stage", destination: Destination) -> None:
    """Opens a screen that takes long to be reached by playing."""
    stage.player.app._follow(Open(destination))
    stage.rest()


def setup_of(mode: Mode, trial_count: int = 0) -> RoundSetup:
    """Returns a round of digits at 64 kimg."""
    lengths = {Mode.MEASURED: 100, Mode.SHORT_MEASURED: 40}
    return RoundSetup("mnist", "mnist", 64, 3, mode, trial_count or lengths.get(mode, 40))


def played(setup: RoundSetup, misses: int, false_alarms: int, sure: bool = False, advised: bool = False) -> Round:
    """Returns a round in which the first so many fakes fooled and the first so many real pictures were doubted."""
    round_ = Round(setup, deal(setup, Deck(range(10_000))))
    wrong = {Truth.FAKE: misses, Truth.REAL: false_alarms}
    # The surer, the more often right.
    confidences = {True: cycle((3, 2, 3, 1, 3, 2)), False: cycle((1, 2, 1, 1, 3))}
    for place, picture in enumerate(round_.pictures):
        wrong[picture.truth] -= 1
        right = wrong[picture.truth] < 0
        answer = picture.truth if right else picture.truth.other
        confidence = Confidence(next(confidences[right])) if sure else None
        advice = Advice(VERDICTS[place % len(VERDICTS)]) if advised else None
        seconds = 0.9 + 0.37 * (place % 5) + (0 if right else 0.6)
        round_ = round_.answered(Response(answer, seconds, place % 9 == 8, confidence, advice=advice))
    return round_


def shown(stage: "Stage", round_: Round) -> tuple[ShownPicture, ...]:
    """Returns a round's pictures."""
    pictures = order_pictures(stage.forger, stage.services.checkpoints, round_.pictures).shown
    assert pictures is not None
    return pictures


def measurement(stage: "Stage", misses: int, false_alarms: int, sure: bool = False, trial_count: int = 100) -> None:
    """Opens what a measured round of half so many fakes says."""
    mode = Mode.MEASURED if trial_count == 100 else Mode.SHORT_MEASURED
    round_ = played(setup_of(mode, trial_count), misses, false_alarms, sure)
    follow(stage, ShowMeasurement(round_, shown(stage, round_), ""))


def duel_results(stage: "Stage", misses: int, false_alarms: int, sure: bool = False) -> None:
    """Opens what came of a duel."""
    round_ = played(setup_of(Mode.DUEL), misses, false_alarms, sure, advised=True)
    follow(stage, ShowDuel(round_, shown(stage, round_), "", Proportion(1240, 2000)))


def begin_mode(stage: "Stage", mode: Mode, **settings: object) -> None:
    """Goes on to the first question of a round."""
    stage.forger.verdicts = VERDICTS
    stage.services.change_settings(stage.services.settings.__class__(**settings))
    follow(stage, PlayRound(setup_of(mode)))
    stage.play("enter")


def briefing(stage: "Stage", mode: Mode) -> None:
    """Goes from the title to what is said before a round."""
    stage.play("enter")
    stage.player.click(mode)
    stage.play("enter")


def _long_names(stage: "Stage") -> None:
    write_other_run(stage.services.checkpoints / "other", Form(LONG_FOLDER, 64, 3, ()), held_out=18)
    stage.services.lab.library.refresh()
    stage.forger.size, stage.forger.colour = 64, True
    follow(stage, ChooseDifficulty(LONG_FOLDER, Mode.MEASURED))
    stage.play("enter")


def _measured(stage: "Stage", *keys: str, **settings: object) -> None:
    begin_mode(stage, Mode.MEASURED, **settings)
    stage.play(*keys)


def _drawing(stage: "Stage") -> None:
    follow(stage, PlayRound(setup_of(Mode.MEASURED)))
    stage.forger.request = lambda pictures, judge: Ticket()  # type: ignore[method-assign]
    stage.play("enter")


def _failed(stage: "Stage", mode: Mode) -> None:
    follow(stage, PlayRound(setup_of(mode)))
    stage.forger.error = "The forger stopped (ModuleNotFoundError: No module named 'torch'); try again, and if it "
    stage.forger.error += "stays so, reinstall with pip."
    stage.play("enter")


def _long_measured(stage: "Stage") -> None:
    _long_names(stage)
    stage.play("enter", "r")


def _long_measurement(stage: "Stage") -> None:
    _long_names(stage)
    stage.play("enter", *"rrffrfffrrrfrfrfrfrffrffrrrfrfrffrrf")


def _focused(stage: "Stage", name: str) -> None:
    stage.player.app.screen._focus.name = f"figure/{name}"
    stage.redraw()


def _measured_figure(stage: "Stage", name: str) -> None:
    measurement(stage, 18, 9, sure=True)
    _focused(stage, name)


def _mistakes(stage: "Stage", misses: int, false_alarms: int) -> None:
    measurement(stage, misses, false_alarms)
    stage.play("tab")


def _duel(stage: "Stage", *keys: str, mode: Mode = Mode.DUEL, **settings: object) -> None:
    begin_mode(stage, mode, **settings)
    stage.play(*keys)


def _consult_until(stage: "Stage", first_right: bool, advice_right: bool, *keys: str) -> None:
    """Keeps every answer up to the first picture of this kind, and there presses the keys."""
    begin_mode(stage, Mode.CONSULT)
    for verdict in VERDICTS * 6:
        picture = stage.player.app.screen._play.round.current
        advice = Truth.FAKE if verdict >= 0.5 else Truth.REAL
        first = picture.truth if first_right else picture.truth.other
        stage.play(first[0])
        if (advice is picture.truth) == advice_right:
            break
        stage.play("enter", "space")
    stage.play(*keys)


def _consulted(stage: "Stage", takes_advice: bool) -> None:
    round_ = played(setup_of(Mode.CONSULT), 8, 7, advised=True)
    responses = []
    for place, response in enumerate(round_.responses):
        assert response.advice is not None
        final = response.advice.verdict if takes_advice and place % 4 else response.answer
        advice = Advice(response.advice.fake_probability, response.answer)
        responses.append(Response(final, response.response_seconds, advice=advice))
    round_ = Round(round_.setup, round_.pictures, tuple(responses))
    follow(stage, ShowDuel(round_, shown(stage, round_), "", Proportion(1240, 2000)))


def _duel_figure(stage: "Stage", name: str) -> None:
    duel_results(stage, 8, 7, sure=True)
    _focused(stage, name)


def line(stage: "Stage", counts: SignalCounts, *keys: str) -> None:
    """Opens the page where the line is drawn."""
    follow(stage, ShowSignalDetection(counts, "This round: Digits · amateur, 64 kimg"))
    stage.play(*keys)


def _far(stage: "Stage", counts: SignalCounts, share: float) -> None:
    line(stage, counts)
    box = stage.player.app.screen._plot.box
    stage.player.click_at((box.left + share * box.width, box.centery))
    stage.rest()


def rungs(stage: "Stage", mode: Mode) -> None:
    """Opens the choice of a rung for a way to play."""
    follow(stage, ChooseDifficulty("mnist", mode))


MODE_STAGES: dict[str, Callable[["Stage"], object]] = {
    "measured-rungs": lambda stage: rungs(stage, Mode.MEASURED),
    "measured-briefing": lambda stage: briefing(stage, Mode.MEASURED),
    "measured-briefing-of-few": _long_names,
    "measured-drawing": _drawing,
    "measured-failed": lambda stage: _failed(stage, Mode.MEASURED),
    "measured-question": lambda stage: _measured(stage, "f", "r", "f"),
    "measured-how-sure": lambda stage: _measured(stage, "f", "3", "r", ask_confidence=True),
    "measured-leaving": lambda stage: _measured(stage, "f", "escape"),
    "measured-of-long-names": _long_measured,
    "measurement": lambda stage: measurement(stage, 18, 9),
    "measurement-sure": lambda stage: _measured_figure(stage, "d"),
    "measurement-curve": lambda stage: _measured_figure(stage, "roc"),
    "measurement-short": lambda stage: measurement(stage, 9, 12, trial_count=40),
    "measurement-of-long-names": _long_measurement,
    "measurement-of-few": lambda stage: measurement(stage, 3, 2, sure=True, trial_count=16),
    "measurement-all-right": lambda stage: measurement(stage, 0, 0, sure=True),
    "measurement-all-wrong": lambda stage: measurement(stage, 50, 50, sure=True),
    "measurement-all-real": lambda stage: measurement(stage, 50, 0),
    "measurement-mistakes": lambda stage: _mistakes(stage, 18, 9),
    "measurement-mistakes-none": lambda stage: _mistakes(stage, 0, 0),
    "measurement-mistakes-all": lambda stage: _mistakes(stage, 50, 50),
    "duel-briefing": lambda stage: briefing(stage, Mode.DUEL),
    "duel-failed": lambda stage: _failed(stage, Mode.DUEL),
    "duel-question": lambda stage: _duel(stage, "f", "space", "r", "space", "r", "space"),
    "duel-how-sure": lambda stage: _duel(stage, "f", ask_confidence=True),
    "duel-revealed": lambda stage: _duel(stage, "f", "space", "r", "space", "r"),
    "duel-leaving": lambda stage: _duel(stage, "f", "space", "escape"),
    "duel-results": lambda stage: duel_results(stage, 8, 7),
    "duel-results-sure": lambda stage: _duel_figure(stage, "cell 1"),
    "duel-results-curve": lambda stage: _duel_figure(stage, "roc"),
    "duel-results-all-right": lambda stage: duel_results(stage, 0, 0),
    "duel-results-all-wrong": lambda stage: duel_results(stage, 40, 40),
    "consult-briefing": lambda stage: briefing(stage, Mode.CONSULT),
    "consult-advised": lambda stage: _consult_until(stage, True, False),
    "consult-good-change": lambda stage: _consult_until(stage, False, True, "right", "enter"),
    "consult-misled": lambda stage: _consult_until(stage, True, False, "right", "enter"),
    "consult-results": lambda stage: _consulted(stage, True),
    "consult-results-kept": lambda stage: _consulted(stage, False),
    "line": lambda stage: line(stage, SignalCounts(32, 18, 9, 41)),
    "line-moved": lambda stage: line(stage, SignalCounts(32, 18, 9, 41), *["left"] * 8),
    "line-far": lambda stage: _far(stage, SignalCounts(32, 18, 9, 41), 0.0),
    "line-far-right": lambda stage: _far(stage, SignalCounts(0, 50, 0, 50), 1.0),
    "line-wrong-way-round": lambda stage: line(stage, SignalCounts(10, 40, 35, 15)),
    "line-all-right": lambda stage: line(stage, SignalCounts(50, 0, 0, 50)),
    "line-of-few": lambda stage: line(stage, SignalCounts(5, 3, 2, 4)),
}
