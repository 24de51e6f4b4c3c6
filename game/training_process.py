"""A train.py process: started by the lab, asked to wait or to stop through files in its run's folder."""

import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from game.training_run import (
    LOG_NAME,
    PROJECT_ROOT,
    TrainingConfig,
    UserError,
    new_run_name,
    write_atomically,
    write_title,
)

if sys.platform == "win32":
    # No console of its own, and out of reach of what is typed into the game's.
    _CREATION_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
else:
    _CREATION_FLAGS = 0
BACKGROUND = ("--background",)
TRAIN_COMMAND = (sys.executable, str(PROJECT_ROOT / "train.py"))
LOG_TAIL_BYTES = 4096
LOG_TAIL_LINES = 12
# How train.py begins to say so.
MEMORY_WORDS = "Not enough memory on "


@dataclass(frozen=True, slots=True)
class TrainingProcess:
    """A process that this game started for a run; `resumed` where the run was there before.

    What it prints is in the run's log from the byte `log_start` on.
    """

    folder: Path
    process: subprocess.Popen[bytes]
    resumed: bool
    log_start: int


def flags(config: TrainingConfig) -> list[str]:
    """Returns the flags of train.py that give this configuration: all of them, as its own defaults are presets."""
    return [part for field in fields(config) for part in _flag(field.name, getattr(config, field.name))]


def _flag(name: str, value: object) -> tuple[str, ...]:
    words = name.replace("_", "-")
    if isinstance(value, bool):
        return (f"--{words}" if value else f"--no-{words}",)
    return (f"--{words}", str(value))


def start_run(
    checkpoints: Path,
    title: str,
    config: TrainingConfig,
    now: datetime,
    command: tuple[str, ...] = TRAIN_COMMAND,
) -> TrainingProcess:
    """Starts a new run in a folder that nobody else has; raises UserError where the disk or the system refuses."""
    try:
        folder = _new_folder(checkpoints, new_run_name(config.dataset, now))
    except OSError as error:
        raise UserError(f"{checkpoints} can't be written ({error.strerror or error}); check the folder.") from error
    try:
        if title:
            write_title(folder, title)
        return _start((*command, "--out", str(folder), *BACKGROUND, *flags(config)), folder, resumed=False)
    except UserError:
        clear_new_folder(folder)
        raise


def resume_run(folder: Path, config: TrainingConfig, command: tuple[str, ...] = TRAIN_COMMAND) -> TrainingProcess:
    """Goes on with a run, to the length in `config`; raises UserError where the system refuses."""
    return _start((*command, "--resume", str(folder), *BACKGROUND, "--kimg", str(config.kimg)), folder, resumed=True)


def _new_folder(checkpoints: Path, name: str) -> Path:
    attempt = 1
    while True:
        folder = checkpoints / (name if attempt == 1 else f"{name}-{attempt}")
        try:
            # Whoever makes the folder has it: two games that start in the same second get two.
            folder.mkdir()
        except FileExistsError:
            attempt += 1
        else:
            return folder


def _start(command: tuple[str, ...], folder: Path, resumed: bool) -> TrainingProcess:
    try:
        # To a file, not through a pipe: the run may outlive the window.
        with (folder / LOG_NAME).open("ab") as log:
            log_start = log.tell()
            process = subprocess.Popen(
                command,
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the game's terminal is for the game, and closing that terminal too.
                start_new_session=True,
                creationflags=_CREATION_FLAGS,
            )
    except OSError as error:
        raise UserError(f"Training can't be started in {folder} ({error.strerror or error}).") from error
    return TrainingProcess(folder, process, resumed, log_start)


def clear_new_folder(folder: Path) -> None:
    """Removes the folder of a run that has written nothing: what a start leaves in it, and else nothing."""
    with suppress(OSError):
        for name in (LOG_NAME, "name.txt", "lock", "stop", "pause"):
            (folder / name).unlink(missing_ok=True)
        for part in (folder / "ladder", folder / "samples", folder):
            if part.is_dir():
                part.rmdir()


def ask_to_stop(folder: Path) -> None:
    """Makes the run save what it has learnt, and end."""
    _mark(folder / "stop")


def ask_to_pause(folder: Path) -> None:
    """Makes the run wait."""
    _mark(folder / "pause")


def ask_to_go_on(folder: Path) -> None:
    """Ends the run's wait."""
    try:
        (folder / "pause").unlink(missing_ok=True)
    except OSError as error:
        raise _refusal(folder, error) from error


def _mark(path: Path) -> None:
    try:
        write_atomically(path, b"")
    except OSError as error:
        raise _refusal(path.parent, error) from error


def _refusal(folder: Path, error: OSError) -> UserError:
    return UserError(f"{folder} can't be written ({error.strerror or error}); check the folder and its disk.")


def last_lines(folder: Path, start: int = 0) -> str:
    """Returns the end of what the run printed, no earlier than from the byte `start` of its log on."""
    with suppress(OSError), (folder / LOG_NAME).open("rb") as log:
        log.seek(0, 2)
        log.seek(max(start, log.tell() - LOG_TAIL_BYTES))
        lines = log.read().decode(errors="replace").strip().splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])
    return ""


def memory_remark(folder: Path) -> str:
    """Returns what train.py said where a device had too little memory, the last of it; nothing where all was well."""
    with suppress(OSError), (folder / LOG_NAME).open("rb") as log:
        # Said before the first tick or, seldom, long after: at the start of the log, or at its end.
        text = log.read(LOG_TAIL_BYTES).decode(errors="replace") + "\n" + last_lines(folder)
        return next((line for line in reversed(text.splitlines()) if line.startswith(MEMORY_WORDS)), "")
    return ""
