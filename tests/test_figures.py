"""The figures command: each kind that the run allows, one sentence for what it doesn't."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from shared_run import RECORD, write_whole_run
from tiny_runs import FORMS, write_tiny_run

from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.figures import MAX_ROWS, MAX_SEED, FigureOptions, main
from gan.run_log import write_record


@pytest.fixture(autouse=True)
def few_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer latents than a page asks the judge about, who would take longer than all the rest."""
    monkeypatch.setattr("gan.drawn_figures.JUDGED_COUNT", 8)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_whole_run(tmp_path / "run")


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


PAGES = ("overview", "ladder", "real-and-fake", "interpolation", "plane", "walk-to-zero")


def test_all_figures_that_a_run_allows_are_written_into_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, out = write_tiny_run(tmp_path / "run", FORMS["grey 28"]), tmp_path / "new" / "figures"
    assert main(FigureOptions(run, out, all=True, progress=True)) == 0
    assert sorted(path.name for path in out.iterdir()) == sorted([*(f"{kind}.png" for kind in PAGES), "film.gif"])
    for kind in PAGES:
        assert Image.open(out / f"{kind}.png").size == (3507, 2481)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    shares = [line["share"] for line in lines]
    assert shares == sorted(shares) and shares[-1] == 1.0 and "drawing ladder" in {line["text"] for line in lines}
    assert lines[-1]["result"] == str(out)
    wrote, left_out = lines[-1]["text"].split("\n")
    assert wrote.startswith("wrote into") and wrote.endswith("walk-to-zero.png, film.gif")
    assert left_out.startswith("classes.png is left out: ") and "--conditional" in left_out


def test_a_conditional_colour_run_has_all_but_the_real_pictures_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["colour 64 of classes"])
    assert main(FigureOptions(run, tmp_path / "out", all=True)) == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {*(f"{kind}.png" for kind in (*PAGES, "classes")), "film.gif"} - {"real-and-fake.png"}
    assert "real-and-fake.png is left out: The real pictures of drawings" in capsys.readouterr().out


def test_one_kind_is_written_as_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["grey 28"])
    for kind, name in (("plane", "plane.png"), ("film", "film.gif")):
        assert main(FigureOptions(run, tmp_path / name, kind=kind)) == 0  # type: ignore[arg-type]  # two of the kinds
        assert capsys.readouterr().out.startswith(f"wrote {tmp_path / name}")
    assert Image.open(tmp_path / "film.gif").n_frames == 3


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "film", "seed": 3}, "--seed does nothing with --kind film"),
        ({"kimg": 4}, "--kimg does nothing with --kind overview"),
        ({"kind": "ladder", "kimg": 4}, "--kimg does nothing with --kind ladder"),
        ({"kind": "plane", "rows": 4}, "--rows does nothing with --kind plane"),
        ({"kind": "ladder", "data_root": Path()}, "--data-root does nothing with --kind ladder"),
        ({"kind": "ladder", "rows": 17}, "--rows is 17; with --kind ladder give 1 to 16"),
        ({"kind": "walk-to-zero", "rows": 0}, "--rows is 0; with --kind walk-to-zero give 1 to 7"),
        ({"kind": "ladder", "seed": -1}, "--seed is -1; give a whole number from 0 to"),
        ({"kind": "ladder", "seed": 2**32}, "--seed is 4294967296"),
        ({"kind": "ladder", "all": True}, "leave --kind and --rows out"),
        ({"kind": "film"}, "name a .gif file"),
    ],
)
def test_what_does_nothing_or_cannot_be_is_refused(
    run: Path, tmp_path: Path, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        main(FigureOptions(run, tmp_path / "out.png", **changes))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("kind", sorted(set(MAX_ROWS)))
def test_the_last_seed_and_the_most_rows_can_be_drawn(tmp_path: Path, kind: Any) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["grey 28 of classes"])
    main(FigureOptions(run, tmp_path / "out.png", kind=kind, seed=MAX_SEED, rows=MAX_ROWS[kind]))


def test_a_folder_that_cannot_be_made_gets_one_sentence(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="can't be made"):
        main(FigureOptions(run, tmp_path / "file" / "figures", all=True))


def test_figures_load_neither_pyplot_nor_torch() -> None:
    script = "import gan.figures, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert not {"torch", "matplotlib.pyplot"} & set(done.stdout.split())
