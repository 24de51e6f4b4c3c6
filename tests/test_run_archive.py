"""Handing runs on: what is packed comes back byte for byte."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from shared_run import RECORD, assert_resumable, contents, write_whole_run

from gan.command_line import report_errors
from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.run_archive import ArchiveOptions, ExportOptions, ImportOptions, main
from gan.run_export import export_run
from gan.run_import import import_run
from gan.run_log import RunStatus, read_record, rung_path, write_record

SHARED = {
    "run.json",
    "stats.jsonl",
    "name.txt",
    "ladder/000002.safetensors",
    "ladder/000004.safetensors",
    "samples/000002.png",
    "samples/000004.png",
    "discriminator.safetensors",
    "state.safetensors",
}


def quiet(share: float, text: str) -> None:
    """Tells nobody."""


def export_bytes(run: Path) -> bytes:
    stream = BytesIO()
    export_run(run, stream, quiet)
    return stream.getvalue()


def names_in(content: bytes) -> set[str]:
    return set(zipfile.ZipFile(BytesIO(content)).namelist())


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_whole_run(tmp_path / "old run")


def test_what_is_exported_is_imported_byte_for_byte(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, checkpoints = tmp_path / "My class.zip", tmp_path / "checkpoints"
    assert main(ArchiveOptions(ExportOptions(run, archive))) == 0
    assert re.fullmatch(r"wrote .*My class\.zip: 2 rungs, \d+\.\d MB\n", capsys.readouterr().out)
    assert main(ArchiveOptions(ImportOptions(archive, checkpoints))) == 0
    assert capsys.readouterr().out == f"imported {archive} as {checkpoints / 'my-class'}\n"
    assert [folder.name for folder in checkpoints.iterdir()] == ["my-class"]
    old, new = contents(run), contents(checkpoints / "my-class")
    assert new.keys() == SHARED
    assert all(new[name] == old[name] for name in SHARED)
    assert_resumable(checkpoints / "my-class")


def test_a_folder_is_imported_as_its_zip_would_be(run: Path, tmp_path: Path) -> None:
    assert import_run(run, tmp_path / "checkpoints", quiet) == "old-run"
    new = contents(tmp_path / "checkpoints" / "old-run")
    assert new == {name: content for name, content in contents(run).items() if name in SHARED}


def test_exporting_twice_gives_the_same_bytes(run: Path) -> None:
    first = export_bytes(run)
    for path in run.rglob("*"):
        os.utime(path, (0, 1_900_000_000))
    assert export_bytes(run) == first


def test_a_zip_has_one_top_folder_and_packs_only_text(run: Path) -> None:
    with zipfile.ZipFile(BytesIO(export_bytes(run))) as archive:
        assert {info.filename for info in archive.infolist()} == {f"old run/{name}" for name in SHARED}
        for info in archive.infolist():
            is_text = info.filename.endswith((".json", ".jsonl", ".txt"))
            assert info.compress_type == (zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED)
            assert stat.S_IMODE(info.external_attr >> 16) == 0o644


def test_a_run_in_training_is_exported_up_to_its_last_whole_line(run: Path) -> None:
    whole = (run / "stats.jsonl").read_bytes()
    with (run / "stats.jsonl").open("ab") as stream:
        stream.write(b'{"kimg": 5')
    with zipfile.ZipFile(BytesIO(export_bytes(run))) as archive:
        assert archive.read("old run/stats.jsonl") == whole


def test_a_rung_that_vanishes_meanwhile_is_left_out(run: Path) -> None:
    def vanish(share: float, text: str) -> None:
        rung_path(run, 4).unlink(missing_ok=True)

    stream = BytesIO()
    assert export_run(run, stream, vanish) == 1
    assert names_in(stream.getvalue()) == {f"old run/{name}" for name in SHARED - {"ladder/000004.safetensors"}}


def test_an_export_never_follows_a_link(run: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine")
    (run / "name.txt").unlink()
    (run / "name.txt").symlink_to(secret)
    with pytest.raises(UserError, match=r"name\.txt is a link"):
        main(ArchiveOptions(ExportOptions(run, tmp_path / "out.zip")))
    assert not list(tmp_path.glob("*.zip")) + list(tmp_path.glob(".*"))


@pytest.mark.parametrize("folder", ["ladder", "samples"])
def test_an_export_never_follows_a_linked_folder(run: Path, tmp_path: Path, folder: str) -> None:
    (run / folder).rename(tmp_path / "elsewhere")
    (run / folder).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="is a link"):
        export_bytes(run)


def test_a_run_without_a_rung_is_not_exported(run: Path, tmp_path: Path) -> None:
    for path in (run / "ladder").iterdir():
        path.unlink()
    with pytest.raises(UserError, match="no rung in its ladder yet"):
        main(ArchiveOptions(ExportOptions(run, tmp_path / "out.zip")))
    assert not (tmp_path / "out.zip").exists()


def test_a_folder_with_an_odd_name_makes_a_zip_that_can_be_imported(run: Path, tmp_path: Path) -> None:
    odd = run.rename(tmp_path / "C:\\a\tb")
    (tmp_path / "odd.zip").write_bytes(export_bytes(odd))
    assert import_run(tmp_path / "odd.zip", tmp_path / "checkpoints", quiet) == "odd"


def test_progress_rises_to_one_and_ends_with_the_result(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "a.zip"
    for action, result in (
        (ExportOptions(run, archive, progress=True), str(archive)),
        (ImportOptions(archive, tmp_path / "checkpoints", progress=True), "a"),
    ):
        main(ArchiveOptions(action))
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        shares = [line["share"] for line in lines]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert lines[-1]["result"] == result
        assert all(line["text"] for line in lines)
        assert not any("result" in line for line in lines[:-1])


@pytest.mark.parametrize(
    ("out", "problem"),
    [("a.rar", "name a .zip file"), ("gone/a.zip", "can't be written"), ("folder.zip", "is a folder")],
)
def test_a_place_that_cannot_be_written_gets_one_sentence(run: Path, tmp_path: Path, out: str, problem: str) -> None:
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(UserError, match=problem):
        main(ArchiveOptions(ExportOptions(run, tmp_path / out)))


def test_a_run_that_says_it_is_in_training_arrives_stopped(run: Path, tmp_path: Path) -> None:
    write_record(run, replace(RECORD, status=RunStatus.RUNNING))
    name = import_run(run, tmp_path / "checkpoints", quiet)
    assert read_record(tmp_path / "checkpoints" / name) == replace(RECORD, status=RunStatus.STOPPED)


def test_the_unfinished_line_of_a_killed_run_does_not_arrive(run: Path, tmp_path: Path) -> None:
    whole = (run / "stats.jsonl").read_bytes()
    (run / "stats.jsonl").write_bytes(whole + b'{"kimg"')
    name = import_run(run, tmp_path / "checkpoints", quiet)
    assert (tmp_path / "checkpoints" / name / "stats.jsonl").read_bytes() == whole


@pytest.mark.parametrize("action", ["export", "import"])
def test_sigterm_takes_away_what_was_begun(run: Path, tmp_path: Path, action: str) -> None:
    checkpoints = tmp_path / "checkpoints"
    target = ["--out", str(tmp_path / "a.zip")] if action == "export" else ["--checkpoints", str(checkpoints)]
    # It falls asleep in the middle of its work, as on a slow disk.
    script = (
        "import sys, time; import gan.job_progress as p; told = p.report_json\n"
        "def slow(*a): told(*a); time.sleep(60)\n"
        "p.report_json = slow\n"
        "import runpy; sys.argv = ['x', *sys.argv[1:]]; runpy.run_module('gan.run_archive', run_name='__main__')"
    )
    command = [sys.executable, "-c", script, action, str(run), *target, "--progress"]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().startswith('{"share"')
        assert list(tmp_path.glob(".*.tmp")) + list(checkpoints.glob(".import-*"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
        assert process.stderr.read() == ""
    assert {path.name for path in tmp_path.iterdir()} <= {"old run", "checkpoints"}
    assert not checkpoints.exists() or not list(checkpoints.iterdir())


def test_what_a_stranger_wrote_cannot_steer_the_terminal(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((run / "run.json").read_bytes())
    (run / "run.json").write_text(json.dumps(record | {"\x1b[2J\n" + "x" * 5000: 1}))
    odd = run.rename(tmp_path / "a\x1b]0;b\nc")
    assert report_errors(lambda: main(ArchiveOptions(ImportOptions(odd, tmp_path / "c")))) == 2
    sentence = capsys.readouterr().err.removesuffix("\n")
    assert sentence.isprintable() and len(sentence) <= 1003
    assert "run.json does not describe a run" in sentence and sentence.endswith("train again.")


def test_the_real_command_refuses_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK nothing")
    command = [sys.executable, "-m", "gan.run_archive", "import", str(tmp_path / "a.zip"), "--checkpoints"]
    done = subprocess.run([*command, str(tmp_path / "c")], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r".*a\.zip is not a whole zip file \(.*\); fetch it again\.\n", done.stderr)
