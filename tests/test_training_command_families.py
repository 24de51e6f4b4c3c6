"""`python train.py` with every objective, with classes, on a few pictures, and from another run's discriminator."""

import json
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, get_args

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_folders import write_pictures

from gan import trainer, training_preparation
from gan.checkpoint import read_dated_discriminator, read_discriminator, read_generator, read_tensors
from gan.config import ObjectiveName
from gan.datasets import dataset_title
from gan.errors import UserError
from gan.presets import PRESETS
from gan.run_check import check_run
from gan.run_log import RunRecord, RunStatus, ladder, read_record, rung_path, write_record
from gan.sampler import draw
from gan.training_command import run_train_command
from gan.training_options import parse

pytestmark = pytest.mark.usefixtures("signals_as_before")

WIDTHS = ["--generator-width", "4", "--discriminator-width", "4", "--latent-size", "4", "--precision", "float32"]
SIZE = ["--image-size", "28", "--channels", "1"]
CLASSES = ("circles", "squares")


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 20 pictures in each of two classes: fewer than a batch has."""
    folder, dice = tmp_path_factory.mktemp("drawings"), np.random.default_rng(0)
    for name in CLASSES:
        (folder / name).mkdir()
        for number in range(20):
            Image.fromarray(dice.integers(0, 256, (28, 28), np.uint8)).save(folder / name / f"{number}.png")
    return folder


@pytest.fixture
def flags(pictures: Path) -> list[str]:
    return ["--dataset", f"folder:{pictures}", *SIZE, *WIDTHS]


def _trained(run: Path, *arguments: str) -> RunRecord:
    assert run_train_command(["--kimg", "1", "--out", str(run), *arguments]) == 0
    record = read_record(run)
    assert record.status is RunStatus.DONE
    return record


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert run_train_command(arguments) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.endswith(".\n")
    return line


@pytest.mark.parametrize("objective", get_args(ObjectiveName))
def test_a_conditional_run_of_every_objective_is_whole_and_can_be_lengthened(
    tmp_path: Path, flags: list[str], objective: ObjectiveName, capsys: pytest.CaptureFixture[str]
) -> None:
    run = tmp_path / "run"
    record = _trained(run, *flags, "--objective", objective, "--conditional")
    assert record.class_names == list(CLASSES)
    assert json.loads((run / "run.json").read_bytes())["schema_version"] == 2
    assert record.config.augmentation == "on"
    assert f"dcgan, {objective}, conditional · batch 64 · seed 0\n" in capsys.readouterr().out
    # The run's settings are the defaults, and saying them once more changes nothing.
    repeated = [f"--{name.replace('_', '-')}={value}" for name, value in PRESETS["dcgan", objective].items()]
    assert run_train_command(["--resume", str(run), "--kimg", "2", *repeated]) == 0
    assert ladder(run) == [1, 2]
    assert replace(read_record(run).config, kimg=1) == record.config
    assert check_run(run, lambda share, text: None) == read_record(run)
    generator = read_generator(rung_path(run, 2))
    assert generator.shape.class_count == 2
    assert np.isfinite(draw(generator, range(3))).all()


def test_classes_of_a_folder_that_has_none_are_refused(
    tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = [f"--dataset=folder:{pictures / 'circles'}", "--kimg", "1", *SIZE, *WIDTHS]
    line = _refused(capsys, *inner, "--conditional", "--out", str(tmp_path / "run"))
    assert "circles has no classes; leave --conditional out" in line
    with pytest.raises(UserError, match="has no classes; leave --conditional out"):
        parse([*inner, "--conditional"])
    assert not (tmp_path / "run").exists()


def test_a_folder_of_datasets_beside_a_folder_of_pictures_is_refused(
    tmp_path: Path, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UserError, match=r"^--data-root .*; leave it out\.$"):
        parse([*flags, "--data-root", str(tmp_path)])
    run = tmp_path / "run"
    _trained(run, *flags)
    assert "--data-root" in _refused(capsys, "--resume", str(run), "--kimg", "2", "--data-root", str(tmp_path))


@pytest.mark.parametrize("flag", ["--objective=minimax", "--objective=wasserstein", "--architecture=mlp"])
def test_a_resumed_run_is_refused_another_family_by_the_flag_that_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    folder, run = write_pictures(tmp_path / "drawings", 40), tmp_path / "run"
    _trained(run, "--dataset", f"folder:{folder}", *SIZE, *WIDTHS, "--objective", "relativistic")
    name, new = flag.split("=")
    old = {"--objective": "relativistic", "--architecture": "dcgan"}[name]
    assert f"was trained with other settings ({name} {old} → {new});" in _refused(capsys, "--resume", str(run), flag)


def test_a_folder_that_has_got_other_pictures_is_refused_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, run = write_pictures(tmp_path / "drawings", 40), tmp_path / "run"
    _trained(run, "--dataset", f"folder:{folder}", *SIZE, *WIDTHS)
    (folder / "class 0" / "0.png").unlink()
    line = _refused(capsys, "--resume", str(run), "--kimg", "2")
    assert line.endswith(
        f"was trained on other pictures than those of folder:{folder} found now; put them back, or start a new run.\n"
    )


def test_a_dry_run_names_architecture_objective_and_sizes(
    tmp_path: Path, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status = run_train_command(
        [*flags, "--architecture", "mlp", "--objective", "wasserstein", "--out", str(tmp_path / "run"), "--dry-run"]
    )
    lines = capsys.readouterr().out.splitlines()
    assert status == 0 and not (tmp_path / "run").exists()
    # 40 pictures, of which 8 are held out; widths of 4: counted by hand as in test_networks_families.py.
    generator = 4 * 16 + 16 * 32 + 32 * 64 + 2 * (16 + 32 + 64) + 64 * 784 + 784
    critic = (784 * 64 + 64) + (64 * 32 + 32) + (32 * 16 + 16) + 17
    assert any(
        f", 32 pictures to learn from, 8 kept for play · {generator:,} + {critic:,} parameters" in line
        for line in lines
    )
    assert "mlp, wasserstein · batch 64 · seed 0" in lines
    assert lines[-1] == "Dry run: nothing was written."


def test_a_new_run_begins_with_the_trained_discriminator_of_another(
    tmp_path: Path, flags: list[str], pictures: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _trained(tmp_path / "teacher", *flags)
    assert "begins with" not in capsys.readouterr().out
    taught = _trained(tmp_path / "pupil", *flags, "--discriminator-from", str(tmp_path / "teacher"), "--seed", "5")
    title = dataset_title(f"folder:{pictures}")
    assert f"begins with the discriminator of {tmp_path / 'teacher'}, trained on {title}\n" in capsys.readouterr().out
    assert taught.discriminator_from == "teacher"
    assert read_record(tmp_path / "teacher").discriminator_from == ""


def _first_weights(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """Returns the discriminator and the generator that the first step of a run finds; the run ends there."""

    class EndedError(Exception):
        pass

    found: list[dict[str, torch.Tensor]] = []

    def first(state: trainer.TrainingState, *rest: object) -> NoReturn:
        found.extend(
            {name: tensor.clone() for name, tensor in network.state_dict().items()}
            for network in (state.discriminator, state.generator)
        )
        raise EndedError

    with monkeypatch.context() as patched, pytest.raises(EndedError):
        patched.setattr(trainer, "best_step", first)
        run_train_command(arguments)
    return found[0], found[1]


def _kill_before_the_first_tick(run: Path) -> None:
    # What a killed process leaves: it says that it is running, and has no state.
    write_record(run, replace(read_record(run), status=RunStatus.RUNNING, failure=""))
    assert not (run / "state.safetensors").exists()


def _kill_and_forget(run: Path) -> None:
    """Leaves of a run its record alone."""
    for path in (*run.rglob("*.safetensors"), *run.rglob("*.png"), run / "stats.jsonl"):
        path.unlink()


def test_its_first_weights_are_those_of_the_file_and_the_generators_are_the_seeds(
    tmp_path: Path, flags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _trained(tmp_path / "teacher", *flags)
    file = read_tensors(tmp_path / "teacher" / "discriminator.safetensors")[0]
    arguments = [*flags, "--kimg", "1", "--seed", "5", "--out", str(tmp_path / "pupil")]
    from_teacher = ["--discriminator-from", str(tmp_path / "teacher")]
    discriminator, generator = _first_weights(monkeypatch, [*arguments, *from_teacher])
    assert file.keys() == discriminator.keys()
    for name, tensor in file.items():
        assert tensor.dtype in (torch.float16, torch.int64)
        assert torch.equal(discriminator[name], tensor.to(discriminator[name].dtype)), name
    fresh = _first_weights(monkeypatch, [*arguments[:-1], str(tmp_path / "plain")])
    assert all(torch.equal(generator[name], fresh[1][name]) for name in generator)
    assert not torch.equal(discriminator["layers.0.weight"], fresh[0]["layers.0.weight"])


def test_a_run_that_was_killed_before_its_first_tick_begins_with_that_discriminator_again(
    tmp_path: Path, flags: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever the teacher is by then, and whoever else has its name."""
    pupil = tmp_path / "pupil"
    _trained(tmp_path / "class" / "teacher", *flags)
    monkeypatch.chdir(tmp_path / "class" / "teacher")
    begun = _first_weights(monkeypatch, [*flags, "--kimg", "1", "--out", str(pupil), "--discriminator-from", "."])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").rename(tmp_path / "gone")
    # Of this run it has seen nothing yet.
    assert read_dated_discriminator(pupil / "discriminator.safetensors")[1] == 0
    # The folder's name and no path: a record is shared.
    assert read_record(pupil).discriminator_from == "teacher"
    _trained(tmp_path / "teacher", *flags, "--seed", "7")
    for _ in range(2):
        _kill_before_the_first_tick(pupil)
        again = _first_weights(monkeypatch, ["--resume", str(pupil)])
        for before, after in zip(begun, again, strict=True):
            assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
    _kill_before_the_first_tick(pupil)
    assert run_train_command(["--resume", str(pupil)]) == 0
    assert read_record(pupil).discriminator_from == "teacher"
    _kill_and_forget(pupil)
    assert "discriminator.safetensors is missing; train again" in _refused(capsys, "--resume", str(pupil))


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        (["--discriminator-width", "6"], "width 4 instead of 6"),
        (["--discriminator-normalization", "none"], "normalization batch instead of none"),
        (["--conditional"], "class_count 0 instead of 2"),
        (["--architecture", "mlp"], "architecture dcgan instead of mlp, normalization batch instead of none"),
        (["--channels", "3"], "channels 1 instead of 3"),
    ],
    ids=str,
)
def test_a_discriminator_of_another_kind_is_refused_by_what_differs(
    teacher: Path,
    tmp_path: Path,
    flags: list[str],
    changes: list[str],
    difference: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load(*_: object) -> NoReturn:
        pytest.fail("pictures were loaded first, which can take minutes")

    monkeypatch.setattr(training_preparation, "load_split", load)
    out = tmp_path / "run"
    line = _refused(capsys, *flags, *changes, "--out", str(out), "--discriminator-from", str(teacher))
    assert f"discriminator.safetensors is of another kind ({difference})" in line
    assert not out.exists()


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    run = tmp_path_factory.mktemp("teacher") / "run"
    _trained(run, "--dataset", f"folder:{pictures}", *SIZE, *WIDTHS)
    return run


def test_a_teacher_that_is_not_there_or_a_resumed_pupil_is_refused(
    teacher: Path, tmp_path: Path, flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [*flags, "--out", str(tmp_path / "run"), "--discriminator-from"]
    assert "There is no run" in _refused(capsys, *arguments, str(tmp_path / "nobody"))
    # With the flags, before PyTorch and the pictures are loaded.
    with pytest.raises(UserError, match="There is no run"):
        parse([*arguments, str(tmp_path / "nobody")])
    assert "is for a new run" in _refused(
        capsys, "--resume", str(teacher), "--kimg", "2", "--discriminator-from", str(teacher)
    )
    assert parse([*arguments, str(teacher)]).launch.discriminator_from == teacher
    assert read_discriminator(teacher / "discriminator.safetensors").shape.width == 4
