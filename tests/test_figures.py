"""The figure of a run: what is drawn are the run's own numbers, and no run is too short or too odd."""

import json
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from shared_run import RECORD, write_grid, write_whole_run

from gan.config import PROJECT_ROOT, TrainingConfig
from gan.errors import UserError
from gan.figure_panels import draw_classes, draw_judge_distance, draw_losses, draw_probabilities
from gan.figures import FigureOptions, Panel, draw_figure, main, newest_grid, write_figure
from gan.run_log import Tick, append_tick, latest_sample_path, read_ticks, sample_path, write_record

TICK = Tick(2.0, 32, 1.0, 900.0, 1.5, 0.5, 0.75, 0.25)
MEASURED = replace(TICK, kimg=4.0, step=64, judge_distance=8.0, judge_floor=0.25, class_counts=[10, 30] + [0] * 8)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_whole_run(tmp_path / "run")


@pytest.fixture
def axes() -> Axes:
    return Figure().subplots()


def lines(axes: Axes) -> dict[str, list[list[float]]]:
    """Returns the points of each line by its colour's or its own label."""
    return {str(line.get_label()): np.array(line.get_xydata()).tolist() for line in axes.lines}


def texts(axes: Axes) -> str:
    return " ".join(text.get_text() for text in axes.texts)


def test_losses_are_drawn_over_kimg(axes: Axes) -> None:
    draw_losses(axes, [TICK, replace(TICK, kimg=4.0, generator_loss=2.5)])
    assert lines(axes) == {"discriminator": [[2, 0.5], [4, 0.5]], "generator": [[2, 1.5], [4, 2.5]]}
    assert axes.get_xscale() == "log"
    assert "kimg" in axes.get_xlabel() and axes.get_ylabel()


def test_a_single_tick_can_be_seen(axes: Axes) -> None:
    draw_losses(axes, [TICK])
    assert {line.get_marker() for line in axes.lines} == {"o"}


def test_probabilities_are_drawn_with_the_line_of_one_half(axes: Axes) -> None:
    draw_probabilities(axes, [TICK, replace(TICK, kimg=4.0)])
    drawn = lines(axes)
    assert drawn["D(x), of reals"] == [[2, 0.75], [4, 0.75]]
    assert drawn["D(G(z)), of fakes"] == [[2, 0.25], [4, 0.25]]
    assert [[0, 0.5], [1, 0.5]] in drawn.values()
    assert axes.get_ylim() == (0, 1)


def test_the_judge_distance_is_drawn_where_it_was_measured_with_its_floor(axes: Axes) -> None:
    draw_judge_distance(axes, [TICK, MEASURED, replace(MEASURED, kimg=8.0, judge_distance=4.0)])
    drawn = list(lines(axes).values())
    assert drawn[0] == [[4, 8], [8, 4]]
    assert drawn[1] == [[0, 0.25], [1, 0.25]]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert "floor" in texts(axes)


def test_a_floor_of_zero_has_no_place_on_a_logarithmic_axis(axes: Axes) -> None:
    draw_judge_distance(axes, [replace(MEASURED, judge_floor=0.0)])
    assert len(axes.lines) == 1
    assert texts(axes) == ""


def test_classes_are_shares_of_the_last_measured_rung(axes: Axes) -> None:
    draw_classes(axes, [replace(MEASURED, class_counts=[1] * 10), MEASURED, replace(TICK, kimg=9.0)], "abcdefghij")
    assert [bar.get_height() for bar in axes.patches] == [25, 75] + [0] * 8
    assert [label.get_text() for label in axes.get_xticklabels()] == list("abcdefghij")
    assert axes.get_title(loc="left") or axes.get_title()
    assert "40 fakes at 4 kimg" in axes.get_title() + axes.get_title(loc="left")


@pytest.mark.parametrize("panel", [draw_losses, draw_probabilities, draw_judge_distance])
def test_a_panel_without_figures_says_so(axes: Axes, panel: Panel) -> None:
    panel(axes, [])
    assert texts(axes) == "no figures yet"
    assert not axes.lines


def test_panels_of_the_judge_are_empty_where_nothing_was_measured() -> None:
    first, second = Figure().subplots(1, 2)
    draw_judge_distance(first, [TICK])
    useless = [replace(MEASURED, class_counts=counts) for counts in ([0] * 10, [1] * 9, [])]
    draw_classes(second, [TICK, *useless], "0123456789")
    assert texts(first) == texts(second) == "no figures yet"


@pytest.mark.parametrize(
    "ticks",
    [
        [],
        [TICK],
        [MEASURED],
        [TICK, MEASURED],
        [replace(MEASURED, judge_distance=0.0, judge_floor=0.0, generator_loss=0.0, kimg=1e-9)],
        [MEASURED, replace(MEASURED, kimg=1e18, generator_loss=-1e18, judge_distance=1e18, judge_floor=1e-308)],
        [replace(MEASURED, generator_loss=10**18, class_counts=[10**18] * 10), replace(TICK, kimg=10**18)],
        [replace(MEASURED, class_counts=[7] * 300), replace(MEASURED, step=65, judge_distance=-5.0, judge_floor=None)],
        [replace(MEASURED, kimg=kimg) for kimg in (-5.0, 0.0, 0.5, 0.25, 0.5)],
    ],
    ids=["none", "one", "one measured", "two", "zeros", "largest", "18 digits", "many classes", "backwards"],
)
@pytest.mark.filterwarnings("error")
def test_any_run_makes_a_figure(run: Path, ticks: list[Tick]) -> None:
    (run / "stats.jsonl").unlink()
    for tick in ticks:
        append_tick(run, tick)
    assert len(read_ticks(run)[0]) == len(ticks)
    stream = BytesIO()
    write_figure(stream, run)
    assert Image.open(stream).size == (2338, 1654)


@pytest.mark.filterwarnings("error")
def test_a_title_is_taken_letter_by_letter(run: Path) -> None:
    (run / "name.txt").write_text("$\\frac 数字 $5", encoding="utf-8")
    figure = draw_figure(run, RECORD, [])
    assert figure.get_suptitle().startswith("$\\frac 数字 $5: MNIST")
    write_figure(BytesIO(), run)


def test_the_headline_names_dataset_length_seed_and_device(run: Path) -> None:
    record = replace(RECORD, config=TrainingConfig(dataset="fashion-mnist", seed=7), device="CPU, 2 threads")
    headline = draw_figure(run, record, [TICK, MEASURED]).get_suptitle()
    assert headline == "My first run: Fashion-MNIST · 4 kimg · seed 7 · CPU, 2 threads, float32"


def test_the_newest_grid_is_shown_and_a_damaged_one_passed_over(run: Path) -> None:
    latest_sample_path(run).unlink()
    found = newest_grid(run)
    assert found is not None and found[0] == "64 fixed latents at 4 kimg"
    sample_path(run, 4).write_bytes(b"damaged")
    found = newest_grid(run)
    assert found is not None and found[0] == "64 fixed latents at 2 kimg"
    for path in (run / "samples").iterdir():
        path.unlink()
    assert newest_grid(run) is None
    write_figure(BytesIO(), run)


def test_the_latest_grid_is_shown_where_it_is_newer(run: Path) -> None:
    import os

    write_grid(run, 8)
    sample_path(run, 8).replace(latest_sample_path(run))
    os.utime(sample_path(run, 4), (1, 1))
    found = newest_grid(run)
    assert found is not None and found[0] == "64 fixed latents, newest"
    assert np.array_equal(found[1], np.array(Image.open(latest_sample_path(run))))


def test_the_command_writes_one_picture(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "figure.png"
    assert main(FigureOptions(run, out, progress=True)) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last == {"share": 1.0, "text": f"wrote {out}", "result": str(out)}
    assert main(FigureOptions(run, out)) == 0
    assert capsys.readouterr().out == f"wrote {out}\n"
    pixels = np.array(Image.open(out).convert("RGB"))
    assert (pixels[0, 0] == 255).all()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figure.png", "run"]


@pytest.mark.parametrize(("out", "problem"), [("a.pdf", "name a .png file"), ("gone/a.png", "can't be written")])
def test_a_place_that_cannot_be_written_gets_one_sentence(run: Path, tmp_path: Path, out: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        main(FigureOptions(run, tmp_path / out))


def test_a_damaged_record_gets_one_sentence_and_no_file(run: Path, tmp_path: Path) -> None:
    write_record(run, RECORD)
    (run / "run.json").write_text("{")
    with pytest.raises(UserError, match="damaged"):
        main(FigureOptions(run, tmp_path / "figure.png"))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_figures_load_neither_pyplot_nor_torch() -> None:
    script = "import gan.figures, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "matplotlib.pyplot"} & set(done.stdout.split())
