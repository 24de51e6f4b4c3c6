"""Who may import whom: the window opens at once because its process never loads torch."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "torchvision", "safetensors"}


def loaded_by(*modules: str) -> set[str]:
    """Returns the top-level names in sys.modules after importing modules in a fresh process."""
    script = f"import json, sys\nfor name in {modules!r}: __import__(name)\nprint(json.dumps(sorted(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(result.stdout)}


def modules_of(package: str) -> list[str]:
    files = sorted((ROOT / package).rglob("*.py"))
    return [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files]


def imported_by(file: Path) -> set[str]:
    """Returns the modules that a file imports anywhere in it, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            names.add(node.module or "")
    return names


def test_the_scan_sees_imports_inside_functions(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text("import a.b\ndef f():\n    from c.d import e\n")
    assert imported_by(file) == {"a.b", "c.d"}


def packages(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported_by(file)}


def test_nothing_of_the_game_loads_torch() -> None:
    modules = modules_of("game")
    assert {"game.play_command", "game.forger", "game.training_run", "game.store", "game.app"} <= set(modules)
    loaded = loaded_by(*modules)
    assert "pygame" in loaded
    assert not loaded & HEAVY


def test_the_window_opens_without_the_database_library() -> None:
    assert not loaded_by("game.play_command") & {"sqlalchemy", "tyro", "PIL", "scipy"}


def test_rules_statistics_and_settings_need_nothing_heavy() -> None:
    loaded = loaded_by("game.rules", "game.statistics", "game.settings")
    assert not loaded & {"pygame", "numpy", "sqlalchemy", *HEAVY}


def test_what_is_computed_from_answers_needs_numpy_and_nothing_heavier() -> None:
    computed = (
        *("climb", "staircase", "threshold_reports", "odd_one_out"),
        *("profile", "threshold_profile", "generator_figures"),
        "advice",
        "agreement",
        "calibration",
        "confidence_ratings",
        "criterion_model",
        "forced_choice",
        "human_evaluation",
        "learning",
        "response_times",
        "roc",
        "signal_detection",
    )
    loaded = loaded_by(*(f"game.{name}" for name in computed))
    assert not loaded & {"pygame", "scipy", "sklearn", "sqlalchemy", *HEAVY}


def test_the_store_needs_neither_pygame_nor_torch() -> None:
    loaded = loaded_by("game.store")
    assert "sqlalchemy" in loaded
    assert not loaded & {"pygame", *HEAVY}


@pytest.mark.parametrize("file", sorted((ROOT / "gan").rglob("*.py")), ids=lambda file: file.name)
def test_gan_never_imports_the_game(file: Path) -> None:
    assert not packages(file) & {"game", "pygame"}


def test_the_game_reaches_gan_through_few_doors() -> None:
    doors = {file.name for file in (ROOT / "game").rglob("*.py") if "gan" in packages(file)}
    assert doors == {"forger.py", "training_run.py", "play_command.py", "command_flags.py", "store_command.py"}
    # All commands read their flags and tell of errors in one way; that is all that play.py takes.
    command = imported_by(ROOT / "game" / "play_command.py")
    assert {name for name in command if name.startswith("gan")} == {"gan.command_line"}
    # What is printed for whoever watches a command, and how that is cancelled, is everywhere the same.
    command = imported_by(ROOT / "game" / "store_command.py")
    assert {name for name in command if name.startswith("gan")} == {
        "gan.cancelling",
        "gan.command_line",
        "gan.errors",
        "gan.job_progress",
    }


def test_reading_flags_does_not_load_torch() -> None:
    script = "from game.play_command import run_play_command as run; run(['--width', '300'])"
    script += "; import sys; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "tyro" in result.stdout.split()
    assert not HEAVY & set(result.stdout.split())


@pytest.mark.parametrize("command", ["play", "train"])
def test_importing_a_command_does_nothing(command: str, tmp_path: Path) -> None:
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import {command}"
    result = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (result.stdout, result.stderr) == ("", "")
    assert not any(tmp_path.iterdir())
