"""A run of somebody's own pictures on another computer: played without them, gone on with beside them, no path told."""

import json
import shutil
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from shared_run import RECORD, quiet, write_whole_run
from tiny_folders import write_pictures

from game.training_run import read_run
from game.words import dataset_words
from gan.checkpoint import read_generator
from gan.forger_service import ForgerService
from gan.held_out import read_held_out
from gan.run_export import export_run
from gan.run_import import import_run
from gan.run_log import held_out_path, read_record, rung_path, write_record
from gan.training_command import run_train_command

pytestmark = pytest.mark.usefixtures("module_signals_as_before")

TINY = ("--generator-width", "4", "--discriminator-width", "4", "--latent-size", "4", "--precision", "float32")


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with a folder of drawings and a run that was trained on it."""
    place = tmp_path_factory.mktemp("ada")
    folder = write_pictures(place / "my drawings")
    arguments = ("--dataset", f"folder:{folder}", "--kimg", "2", "--conditional", "--out", str(place / "run"), *TINY)
    assert run_train_command([*arguments, "--device", "cpu"]) == 0
    return place


@pytest.fixture
def imported(ada: Path, tmp_path: Path) -> Path:
    """The run on another computer, which has no drawings."""
    (tmp_path / "run.zip").write_bytes(exported(ada / "run"))
    return tmp_path / "checkpoints" / import_run(tmp_path / "run.zip", tmp_path / "checkpoints", quiet)


def exported(run: Path) -> bytes:
    stream = BytesIO()
    export_run(run, stream, quiet)
    return stream.getvalue()


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Runs train.py's command and returns its one line of error."""
    assert run_train_command(arguments) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.endswith(".\n")
    return line


def test_nothing_in_the_zip_says_where_the_pictures_lay(ada: Path) -> None:
    with zipfile.ZipFile(BytesIO(exported(ada / "run"))) as archive:
        for name in archive.namelist():
            assert str(ada).encode() not in archive.read(name), name
        record = json.loads(archive.read("run/run.json"))
    assert record["config"]["dataset"] == "folder:my drawings"
    own = json.loads((ada / "run" / "run.json").read_bytes())
    assert own["config"]["dataset"] == f"folder:{ada / 'my drawings'}"
    own["config"]["dataset"] = "folder:my drawings"
    assert record == own


@pytest.mark.parametrize(
    ("dataset", "name"),
    [
        ("folder:/disk/ada/my drawings", "folder:my drawings"),
        ("folder:C:\\Users\\ada\\my drawings", "folder:my drawings"),
        ("folder:my drawings", "folder:my drawings"),
        ("folder:/", "folder:pictures"),
        ("mnist", "mnist"),
    ],
)
def test_a_folder_keeps_its_name_on_every_kind_of_computer(tmp_path: Path, dataset: str, name: str) -> None:
    run = write_whole_run(tmp_path / "run")
    write_record(run, replace(RECORD, config=replace(RECORD.config, dataset=dataset)))
    with zipfile.ZipFile(BytesIO(exported(run))) as archive:
        content = archive.read("run/run.json")
    assert json.loads(content)["config"]["dataset"] == name
    assert (content == (run / "run.json").read_bytes()) == (name == dataset)


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        ("Training diverged at 20 kimg, at 900 images/s; try 1/2 of it.", None),
        (
            "[Errno 28] No space left on device: '/disk/ada/Ada's runs/a/.stats.tmp'",
            "[Errno 28] No space left on device: '.stats.tmp'",
        ),
        ("'C:\\Users\\ada\\runs\\a' -> 'D:\\runs\\b' can't be written.", "'a' -> 'b' can't be written."),
        ("/disk/ada/runs/a was deleted; see /disk/ada/b.", "a was deleted; see b."),
    ],
)
def test_why_a_run_failed_is_told_without_places(tmp_path: Path, failure: str, told: str | None) -> None:
    run = write_whole_run(tmp_path / "run")
    write_record(run, replace(RECORD, failure=failure))
    with zipfile.ZipFile(BytesIO(exported(run))) as archive:
        assert json.loads(archive.read("run/run.json"))["failure"] == (told or failure)


def test_without_the_folder_it_is_played_from_what_it_carries(imported: Path) -> None:
    run, held_out = read_run(imported), read_held_out(held_out_path(imported))
    assert (run.has_own_reals, run.real_count, dataset_words(run.dataset).title) == (True, 12, "my drawings")
    service = ForgerService()
    header, payload = service.answer(
        {"pictures": [{"held_out_of": str(imported), "number": 3}, *fakes(imported)], "judge": run.dataset}
    )
    assert (header["shape"], header["classes"]) == ([3, 32, 32, 3], [])
    pictures = np.frombuffer(payload, np.uint8).reshape(header["shape"])
    assert np.array_equal(pictures[0], held_out.images[3].transpose(1, 2, 0))


def fakes(run: Path) -> list[dict[str, object]]:
    return [{"run": str(run), "kimg": 2, "number": number} for number in (0, 1)]


def test_it_goes_on_only_with_the_same_pictures_wherever_they_lie(
    ada: Path, imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # A folder's bare name is looked for where the command is given.
    monkeypatch.chdir(tmp_path)
    before = (imported / "run.json").read_bytes()
    line = refused(capsys, "--resume", str(imported), "--kimg", "3")
    assert "goes on only with the pictures that it was trained on, and their folder my drawings is not here" in line
    assert "--dataset folder:PATH" in line
    other = write_pictures(tmp_path / "other", count=40)
    assert "was trained on other pictures" in refused(
        capsys, "--resume", str(imported), "--kimg", "3", "--dataset", f"folder:{other}"
    )
    assert "--dataset folder:my drawings → mnist" in refused(capsys, "--resume", str(imported), "--dataset", "mnist")
    assert (imported / "run.json").read_bytes() == before

    shutil.copytree(ada / "my drawings", tmp_path / "new place")
    shutil.copytree(ada / "run", tmp_path / "unbroken")
    assert run_train_command(["--resume", str(imported), "--kimg", "3", "--dataset", "folder:new place"]) == 0
    assert read_record(imported).config.dataset == f"folder:{tmp_path / 'new place'}"
    assert run_train_command(["--resume", str(tmp_path / "unbroken"), "--kimg", "3"]) == 0
    ours, theirs = read_generator(rung_path(imported, 3)), read_generator(rung_path(tmp_path / "unbroken", 3))
    for name, tensor in theirs.state_dict().items():
        assert torch.equal(ours.state_dict()[name], tensor), name
