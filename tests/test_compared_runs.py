"""The figure that compares runs shows what their ticks say."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image

from benchmarks.compared_runs import COLOURS, LINES, CompareOptions, compared, main
from gan.config import ArchitectureName, ObjectiveName, TrainingConfig
from gan.errors import UserError
from gan.presets import preset
from gan.run_log import RunRecord, RunStatus, Tick, append_tick, rung_path, write_record


def run_with(folder: Path, config: TrainingConfig, distances: dict[int, float]) -> Path:
    (folder / "ladder").mkdir(parents=True)
    write_record(folder, RunRecord(config, "", "float32", "a desk", {}, "", RunStatus.DONE))
    for kimg, distance in distances.items():
        rung_path(folder, kimg).touch()
        append_tick(folder, Tick(kimg, kimg, 2.5 * kimg, 400.0, 0.7, 1.4, 0.5, 0.5, distance, 0.06, [1] * 10))
    return folder


def test_each_run_is_a_curve_over_kimg_and_one_over_time(tmp_path: Path) -> None:
    first = run_with(tmp_path / "a", preset("dcgan", "relativistic"), {2: 100.0, 4: 50.0, 8: 20.0})
    second = run_with(tmp_path / "b", preset("mlp", "standard"), {2: 120.0})
    over_kimg, over_time = compared([first, second]).axes
    curve = over_kimg.lines[0]
    assert list(curve.get_xdata()) == [2, 4, 8]
    assert list(curve.get_ydata()) == [100.0, 50.0, 20.0]
    assert list(over_time.lines[0].get_xdata()) == [5, 10, 20]
    assert [line.get_label() for line in over_kimg.lines] == ["dcgan, relativistic", "mlp, standard"]
    assert curve.get_color() == COLOURS["relativistic"]
    assert curve.get_linestyle() != over_kimg.lines[1].get_linestyle()


def test_what_runs_are_told_apart_by_differs_and_stands_in_the_legend(tmp_path: Path) -> None:
    assert len(set(COLOURS.values())) == len(COLOURS) and set(COLOURS) == set(get_args(ObjectiveName))
    assert len({line["linestyle"] for line in LINES.values()}) == len(LINES) and set(LINES) == set(
        get_args(ArchitectureName)
    )
    config = preset("mlp", "standard")
    plain = run_with(tmp_path / "a", config, {2: 100.0})
    conditional = run_with(tmp_path / "b", replace(config, conditional=True), {2: 90.0})
    figure = compared([plain, conditional])
    assert [line.get_markerfacecolor() for line in figure.axes[0].lines] == [COLOURS["standard"], "white"]
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["mlp, standard", "mlp, standard, conditional"]


def test_axes_are_logarithmic_and_marked_as_on_a_clock(tmp_path: Path) -> None:
    run = run_with(tmp_path / "a", preset(), {2: 100.0, 64: 5.0})
    over_kimg, over_time = compared([run]).axes
    for axes in (over_kimg, over_time):
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert over_kimg.get_ylabel().startswith("judge distance")
    assert over_kimg.get_xlabel().startswith("kimg") and over_time.get_xlabel().startswith("training time")
    marked = over_time.xaxis.get_major_locator().tick_values(1, 3600)
    named = over_time.xaxis.get_major_formatter().format_ticks(marked)
    assert named == ["1 s", "5 s", "15 s", "1 min", "5 min", "15 min", "60 min"]
    assert list(marked) == [1, 5, 15, 60, 300, 900, 3600]
    assert {5, 10, 20, 50, 100} <= set(over_kimg.yaxis.get_major_locator().tick_values(5, 100))


def test_the_figure_is_a_picture(tmp_path: Path) -> None:
    run = run_with(tmp_path / "a", preset(), {2: 100.0, 4: 50.0})
    out = tmp_path / "figure.png"
    assert main(CompareOptions((run,), out)) == 0
    with Image.open(out) as picture:
        assert picture.size == (1300, 598)


def test_what_has_nothing_to_draw_is_refused(tmp_path: Path) -> None:
    run = run_with(tmp_path / "a", preset(), {})
    with pytest.raises(UserError, match="no rung that a judge measured"):
        main(CompareOptions((run,), tmp_path / "figure.png"))
    with pytest.raises(UserError, match="at least one run"):
        main(CompareOptions((), tmp_path / "figure.png"))
    assert not (tmp_path / "figure.png").exists()
