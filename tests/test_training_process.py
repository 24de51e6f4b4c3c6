"""The flags and the log of a train.py that the lab starts."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.exports import export_command
from game.training_process import ask_to_stop, flags, last_lines, memory_remark
from game.training_run import RunState, TrainingConfig, TrainingRun, UserError
from gan.training_options import parse


def test_every_field_is_a_flag_because_the_defaults_of_train_py_are_presets() -> None:
    given = flags(TrainingConfig(objective="relativistic", discriminator_normalization="layer"))
    assert "--no-conditional" in given
    assert {flag for flag in given if flag.startswith("--")} == {
        *(f"--{field.name.replace('_', '-')}" for field in fields(TrainingConfig) if field.name != "conditional"),
        "--no-conditional",
    }
    assert flags(TrainingConfig(conditional=True)).count("--conditional") == 1


@given(
    st.builds(
        # Without its penalty wasserstein-gp is refused, and with one the first two are.
        lambda objective, **settings: TrainingConfig(
            objective=objective, penalty_weight=10.0 if objective == "wasserstein-gp" else 0.0, **settings
        ),
        dataset=st.sampled_from(["mnist", "fashion-mnist"]),
        architecture=st.sampled_from(["dcgan", "mlp"]),
        objective=st.sampled_from(["standard", "minimax", "wasserstein-gp", "relativistic"]),
        discriminator_normalization=st.sampled_from(["layer", "spectral", "none"]),
        conditional=st.booleans(),
        kimg=st.integers(1, 10_000),
        batch_size=st.integers(2, 4096),
        seed=st.integers(0, 2**32 - 1),
        learning_rate=st.floats(1e-9, 1.0),
        adam_beta1=st.floats(0, 0.999),
        precision=st.sampled_from(["auto", "float32", "bfloat16"]),
    )
)
def test_train_py_reads_back_exactly_what_the_lab_asked_for(config: TrainingConfig) -> None:
    assert parse(flags(config)).training == config


def test_the_end_of_a_long_log_is_shown_and_no_log_is_nothing(tmp_path: Path) -> None:
    assert last_lines(tmp_path) == ""
    (tmp_path / "train.log").write_bytes(
        b"\xff" * 9_000 + b"\n" + b"\n".join(b"line %d" % n for n in range(50)) + b"\n"
    )
    assert last_lines(tmp_path).splitlines() == [f"line {number}" for number in range(38, 50)]


def test_a_folder_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be written"):
        ask_to_stop(tmp_path / "gone")


def test_what_is_saved_is_named_after_the_run_and_its_folder_is_made(tmp_path: Path) -> None:
    run = TrainingRun("own", tmp_path / "own", "Own", RunState.DONE, TrainingConfig())
    name, command = export_command("export", run, tmp_path / "exports")
    assert name == "own.zip"
    titled = replace(run, title="Klasse 10b/..\\<Ä>")
    assert export_command("film", titled, tmp_path / "exports")[0] == "klasse-10b-ä-own.gif"
    assert command[1:] == (
        *("-m", "gan.run_archive", "export", str(tmp_path / "own")),
        *("--out", str(tmp_path / "exports" / "own.zip"), "--progress"),
    )
    assert (tmp_path / "exports").is_dir()
    (tmp_path / "taken").touch()
    with pytest.raises(UserError, match="can't be made"):
        export_command("film", run, tmp_path / "taken")


def test_what_train_py_says_about_memory_is_found_in_its_log(tmp_path: Path) -> None:
    from gan.out_of_memory import Attempt, attempt_in_words, next_attempt

    assert memory_remark(tmp_path) == ""
    asked = TrainingConfig()
    first = Attempt(asked, "auto", resumes=False)
    second = next_attempt(asked, first, "cuda", has_state=False)
    assert second is not None
    said = f"Not enough memory on NVIDIA T4: {attempt_in_words(first, second)}."
    (tmp_path / "train.log").write_text(f"Loading PyTorch …\n{said}\n" + "4 of 64 kimg\n" * 2000)
    assert memory_remark(tmp_path) == "Not enough memory on NVIDIA T4: trying batch 32."
    with (tmp_path / "train.log").open("a") as log:
        log.write("Not enough memory on NVIDIA T4: going on on the CPU.\n")
    assert memory_remark(tmp_path) == "Not enough memory on NVIDIA T4: going on on the CPU."
