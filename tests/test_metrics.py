"""The command that measures a run: its table, its file, its progress, and its sentences."""

import io
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rich.console import Console
from shared_run import RUNGS, write_whole_run
from tiny_folders import fill
from tiny_measures import TRAINING_COUNT, tiny_split
from tiny_runs import FORMS, KIMG, write_tiny_run

from gan import judge, run_measures
from gan.config import PROJECT_ROOT
from gan.datasets import DATASETS, find_dataset, load_split
from gan.errors import UserError
from gan.inception import WEIGHTS_NAME
from gan.memorisation import Memorisation, compare_distances, distances_in_pixels
from gan.metrics import MetricsOptions, _shown_progress, main
from gan.metrics_table import print_table
from gan.run_log import read_record, rung_path, write_record
from gan.run_measures import RunMeasures
from gan.rung_measures import JudgedMeasures, Measures
from gan.sampler import draw, load_rung

COPIES = Memorisation(40.0, 39.0, 0.02, 0.45)
JUDGED = JudgedMeasures(1.5, 0.02, 0.005, 0.9, 0.8, 0.75, 0.7, [100] * 10, 3.3, 0.99, 10, 0.02, None, COPIES)
MEASURES = Measures(JUDGED, COPIES, None)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whole_run(tmp_path_factory.mktemp("runs") / "tiny")


@pytest.fixture
def run(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of two rungs, to be measured on a dataset of a few hundred pictures."""
    monkeypatch.setattr(run_measures, "load_split", tiny_split)
    return shared


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise AssertionError("work began before everything was checked")

    monkeypatch.setattr(run_measures, "measure_run", fail)


def test_the_last_rung_is_shown_beside_real_pictures(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(MetricsOptions(run, count=100)) == 0
    heading, *rows, last = capsys.readouterr().out.splitlines()
    assert heading.split() == ["kimg", "4", "real"]
    assert last == "measured 1 rung of tiny"
    assert [row.split()[0] for row in rows[:4]] == ["judge", "kernel", "standard", "precision"]
    # One figure for the rung, one for the real pictures, in each row.
    assert all(len(row.split("  ")[-1].strip()) <= 8 for row in rows)
    assert not any("conditional" in row or "Inception" in row for row in rows)


def test_the_whole_ladder_in_a_file(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "figures.json"
    assert main(MetricsOptions(run, all=True, count=100, seed=7, json=out)) == 0
    assert capsys.readouterr().out.endswith(f"measured 2 rungs of tiny; wrote {out}\n")
    content = json.loads(out.read_text())
    assert [rung["kimg"] for rung in content["rungs"]] == list(RUNGS)
    assert (content["run"], content["dataset"], content["count"], content["seed"]) == ("tiny", "mnist", 100, 7)
    assert all(sum(rung["class_counts"]) == 100 for rung in (content["real"], *content["rungs"]))
    one = tmp_path / "one.json"
    main(MetricsOptions(run, kimg=2, count=100, seed=7, json=one))
    assert json.loads(one.read_text())["rungs"] == content["rungs"][:1]
    main(MetricsOptions(run, kimg=2, count=100, seed=8, json=one))
    assert json.loads(one.read_text())["rungs"] != content["rungs"][:1]


def test_progress_rises_to_one_and_ends_with_the_figures(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(MetricsOptions(run, all=True, count=100, json=tmp_path / "a.json", progress=True))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    shares = [line["share"] for line in lines]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1 and 0.5 < shares[-2] < 1
    assert "2 kimg: drawing fakes" in {line["text"] for line in lines}
    assert lines[-1]["result"] == json.loads((tmp_path / "a.json").read_text())


def test_a_person_at_a_terminal_sees_how_far_it_is() -> None:
    stream = io.StringIO()
    with _shown_progress(False, Console(file=stream, force_terminal=True, width=80)) as report:
        report(0.25, "features of the fakes")
    assert "25% · features of the fakes" in stream.getvalue()


@pytest.mark.parametrize(("width", "tables"), [(60, 12), (80, 3), (100, 2), (200, 1)])
def test_a_narrow_console_gets_several_tables(width: int, tables: int) -> None:
    rungs = {
        100_000 + number: replace(MEASURES, judged=replace(JUDGED, judge_distance=float(number)))
        for number in range(12)
    }
    stream = io.StringIO()
    print_table(Console(file=stream, width=width), RunMeasures("a", "mnist", range(9), MEASURES, rungs))
    lines = stream.getvalue().splitlines()
    headings = [line.split() for line in lines if line.startswith("kimg")]
    assert [kimg for heading in headings for kimg in heading[1:-1]] == [str(kimg) for kimg in rungs]
    assert len(headings) == tables
    assert all(heading[-1] == "real" for heading in headings)
    assert max(map(len, lines)) <= width and "…" not in stream.getvalue()
    first_figures = [line.split()[2:] for line in lines if line.startswith("judge distance")]
    assert [float(figure) for row in first_figures for figure in row[:-1]] == list(range(12))


def test_a_row_without_a_figure_is_left_out_and_one_with_some_shows_the_gap() -> None:
    stream = io.StringIO()
    rungs = {2: MEASURES, 4: Measures(replace(JUDGED, conditional_accuracy=0.875), COPIES, 12.345)}
    print_table(Console(file=stream, width=100), RunMeasures("a", "mnist", range(9), MEASURES, rungs))
    lines = {" ".join(line.split()[:2]): line.split()[2:] for line in stream.getvalue().splitlines()}
    assert lines["conditional accuracy"] == ["87.5%"]
    assert lines["Inception distance"] == ["(FID)", "12.35"] or lines["Inception distance"] == ["(FID)", "12.34"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"count": 99}, "--count is 99; give 100 to 100000"),
        ({"count": 100_001}, "--count is 100001"),
        ({"seed": -1}, "--seed is -1"),
        ({"seed": 2**32 - 50, "count": 100}, "every seed used must lie from 0 to 4294967295"),
        ({"all": True, "kimg": 2}, "--all measures every rung, --kimg one"),
        ({"kimg": 3}, "no rung at 3 kimg; it has 2, 4"),
        ({"json": Path("figures.txt")}, r"--json is figures\.txt; name a \.json file"),
        ({"json": Path("gone") / "a.json"}, "can't be written"),
        ({"inception_weights": Path("gone.pth")}, f"gone.pth can't be read .*; name the file {WEIGHTS_NAME}"),
    ],
)
def test_wrong_options_get_one_sentence_before_any_work(
    run: Path, no_work: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=problem):
        main(replace(MetricsOptions(run), **changes))
    assert not list(tmp_path.iterdir())


def test_a_damaged_rung_is_named_before_any_work(no_work: None, tmp_path: Path) -> None:
    run = write_whole_run(tmp_path / "run")
    rung_path(run, 2).write_bytes(b"no rung")
    with pytest.raises(UserError, match=r"000002\.safetensors is damaged"):
        main(MetricsOptions(run, all=True))


def test_a_run_without_rungs_gets_one_sentence(no_work: None, tmp_path: Path) -> None:
    run = write_whole_run(tmp_path / "run")
    for kimg in RUNGS:
        rung_path(run, kimg).unlink()
    for every in (True, False):
        with pytest.raises(UserError, match="has no rung in its ladder yet"):
            main(MetricsOptions(run, all=every))


def test_a_rung_of_another_shape_is_refused_before_any_work(no_work: None, tmp_path: Path) -> None:
    run = write_whole_run(tmp_path / "run")
    colour = write_tiny_run(tmp_path / "colour", FORMS["colour 32"])
    shutil.copy(rung_path(colour, 4), rung_path(run, 4))
    with pytest.raises(UserError, match=r"000004\.safetensors is a generator of another size than run\.json says"):
        main(MetricsOptions(run))


def test_where_the_judge_is_missing_its_rows_are(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(judge, "judge_path", lambda dataset: tmp_path / f"{dataset}.safetensors")
    assert main(MetricsOptions(run, count=100)) == 0
    _, *rows, last = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows] == ["nearest", "suspiciously", "nearer"]
    assert last == "measured 1 rung of tiny, without the judge's figures: there is no judge of MNIST"


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """A run, with a rung of noise, of two classes of pictures in a folder; of one there are three times as many."""
    folder = fill(tmp_path / "drawings" / "cats", range(45)).parent
    fill(folder / "dogs", range(100, 115))
    run = write_tiny_run(tmp_path / "run", replace(FORMS["colour 64 of classes"], dataset=f"folder:{folder}"))
    split = load_split(find_dataset(f"folder:{folder}", 64, 3), "train")
    write_record(run, replace(read_record(run), dataset_fingerprint=split.fingerprint))
    return run


class TwoPixels(torch.nn.Module):
    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor]:
        return (images[:, :, 5, 10:12].flatten(1).float(),)


@pytest.mark.parametrize("inception", [False, True])
def test_pictures_that_no_judge_knows_are_measured_in_pixels_and_by_inception(
    drawings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    inception: bool,
) -> None:
    monkeypatch.setattr("gan.inception.load_inception", lambda weights, device: TwoPixels())
    out = tmp_path / "a.json"
    weights = tmp_path / WEIGHTS_NAME if inception else None
    main(MetricsOptions(drawings, count=100, json=out, inception_weights=weights, progress=True))
    content = json.loads(out.read_text())
    assert content["rungs"][0].keys() == {"kimg", "pixels", "inception_distance"}
    assert content["real"].keys() == {"pixels", "inception_distance"}
    assert (content["rungs"][0]["inception_distance"] is not None) == inception
    config = read_record(drawings).config
    splits = [load_split(find_dataset(config.dataset, 64, 3), split) for split in ("train", "test")]
    shares = np.bincount(splits[0].labels) * 100 / len(splits[0].labels)
    cats = round(shares[0])
    classes = torch.tensor([0] * cats + [1] * (100 - cats))
    fakes = draw(load_rung(drawings, None), range(100), classes)
    distances = [distances_in_pixels(images, splits[0].images) for images in (fakes, splits[1].images)]
    assert content["rungs"][0]["pixels"] == pytest.approx(asdict(compare_distances(*distances)))
    shown = [json.loads(line)["share"] for line in capsys.readouterr().out.splitlines()]
    assert shown == sorted(shown) and shown[-1] == 1


def test_a_folder_with_other_pictures_than_training_had_is_refused(drawings: Path, tmp_path: Path) -> None:
    fill(tmp_path / "drawings" / "cats", range(45, 50))
    with pytest.raises(UserError, match=r"was trained on other pictures than those of .* found now; put them back"):
        main(MetricsOptions(drawings, count=100))


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ("colour 32", "CIFAR-10 is not on this computer; .* --dry-run` fetches it"),
        ("colour 64", "/nowhere/drawings"),
    ],
)
def test_pictures_that_are_not_on_this_computer_get_one_sentence(
    no_work: None, tmp_path: Path, form: str, problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        main(MetricsOptions(write_tiny_run(tmp_path / "run", FORMS[form])))


def test_the_classes_asked_for_have_the_shares_of_the_training_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_measures, "load_split", tiny_split)
    asked: list[list[int]] = []

    def measured(images: object, classes: np.ndarray, *others: object) -> Measures:
        asked.append(np.bincount(classes).tolist())
        return MEASURES

    monkeypatch.setattr(run_measures, "measure_fakes", measured)
    run = write_tiny_run(tmp_path / "run", FORMS["grey 28 of classes"])
    main(MetricsOptions(run, all=True, count=TRAINING_COUNT))
    assert asked == len(KIMG) * [np.bincount(tiny_split(DATASETS["mnist"], "train").labels).tolist()]


def test_sigterm_leaves_no_file(shared: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gan.metrics", str(shared), "--json", str(tmp_path / "a.json"), "--progress"]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["share"] == 0
        assert list(tmp_path.glob(".*.tmp"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
    assert not list(tmp_path.iterdir())


def test_a_wrong_flag_is_told_of_without_loading_torch() -> None:
    script = "import sys; from gan.metrics import *\ntry: main(MetricsOptions(Path('mnist'), count=1))\n"
    script += "except UserError: print('torch' in sys.modules)"
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert result.stdout == "False\n"
