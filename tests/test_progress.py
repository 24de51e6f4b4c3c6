"""What training prints, on a terminal and elsewhere."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from gan.config import ObjectiveName, TrainingConfig
from gan.presets import preset
from gan.progress import display, duration, judged_line, tick_parts
from gan.run_log import Tick

LONG = TrainingConfig(kimg=3000)
TICK = Tick(
    kimg=1000.0,
    step=15_625,
    seconds=600.0,
    images_per_second=2000.0,
    generator_loss=1.234,
    discriminator_loss=0.567,
    real_probability=0.75,
    fake_probability=0.25,
)
JUDGED = Tick(2000.0, 31_250, 1200.0, 2000.0, 1.2, 0.6, 0.7, 0.3, 3.14159, 0.06, [1000] * 10)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (59.6, "1 min 00 s"), (245, "4 min 05 s"), (3600, "1 h 00 min"), (9e4, "25 h 00 min")],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_tick_in_words() -> None:
    # 2,000 kimg left at 2,000 images/s: 1,000 s.
    assert tick_parts(TICK, LONG) == (
        "2,000 images/s",
        "16 min 40 s left",
        "loss G 1.23 D 0.57",
        "D(x) 0.75 D(G(z)) 0.25",
    )


@pytest.mark.parametrize("objective", ["wasserstein", "wasserstein-gp", "relativistic"])
def test_a_critic_s_answers_are_no_probabilities(objective: ObjectiveName) -> None:
    tick = replace(TICK, real_logit=7.5, fake_logit=-2.25)
    assert tick_parts(tick, preset(objective=objective))[-1] == "D(x) − D(G(z)) 9.75"
    assert tick_parts(tick, preset(objective="minimax"))[-1] == "D(x) 0.75 D(G(z)) 0.25"


def test_a_rung_is_called_by_its_whole_kimg() -> None:
    assert judged_line(replace(JUDGED, kimg=5.952)).startswith("rung 5 kimg:")


def test_past_the_end_nothing_is_left() -> None:
    assert tick_parts(TICK, TrainingConfig(kimg=999))[1] == "0 s left"


def test_the_distance_always_stands_beside_its_floor() -> None:
    assert judged_line(JUDGED) == "rung 2000 kimg: judge distance 3.14 (floor 0.06)"


def test_elsewhere_than_on_a_terminal_there_are_plain_lines_and_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    stream = io.StringIO()
    with display(Console(file=stream), LONG) as shown:
        for _ in range(25):
            shown.show(TICK)
            now[0] += 1.0
        shown.show(JUDGED)
    lines = stream.getvalue().splitlines()
    # At seconds 0, 10 and 20, and for the rung that was measured.
    assert len(lines) == 4
    assert lines[0] == (
        "1000 of 3000 kimg · 2,000 images/s · 16 min 40 s left · loss G 1.23 D 0.57 · D(x) 0.75 D(G(z)) 0.25"
    )
    assert lines[3].endswith("rung 2000 kimg: judge distance 3.14 (floor 0.06)")
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize("columns", [80, 120])
def test_on_a_terminal_of_80_columns_bar_and_figures_are_all_there(columns: int) -> None:
    stream = io.StringIO()
    with display(Console(file=stream, force_terminal=True, width=columns), LONG) as shown:
        shown.show(TICK)
        shown.show(JUDGED)
    final = stream.getvalue()
    for part in ("━━━", "67 %", *tick_parts(JUDGED, LONG), judged_line(JUDGED)):
        assert part in final
    assert "…" not in final
