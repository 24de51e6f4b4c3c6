"""A run on disk: its record, its ticks, its ladder; readable by anyone, torch-free.

run.json · stats.jsonl · ladder/000064.safetensors · samples/000064.png · samples/latest.png ·
discriminator.safetensors · held-out.safetensors · state.safetensors · pause, stop (exist = please wait, please stop)
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

from gan.atomic_file import write_atomically
from gan.config import CHECKPOINTS_ROOT, Precision, TrainingConfig, config_from_json
from gan.errors import UserError

SCHEMA_VERSION = 2
# The first version had grey pictures of 28×28 only, and no run that knew classes.
READABLE_VERSIONS = (1, 2)
# Larger than anything that is measured; a plot's 64-bit whole numbers and sums overflow further up.
MAX_NUMBER = 1e18


class RunStatus(StrEnum):
    """What became of a run."""

    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """The content of run.json.

    `class_names` are those of the dataset; `held_out_count` is how many real pictures were kept from training, to be
    played with; `discriminator_from` names the run whose discriminator this one began with.
    """

    config: TrainingConfig
    dataset_fingerprint: str
    precision: Precision
    device: str
    versions: dict[str, str]
    started_at: str
    status: RunStatus
    failure: str = ""
    class_names: list[str] = field(default_factory=list)
    held_out_count: int = 10_000
    discriminator_from: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """One progress record: means over the images since the last tick; judge figures where a rung was measured.

    `real_probability` is D(x), `fake_probability` D(G(z)), and the logits are what they come from, which is all that
    an objective without probabilities has; `class_counts` are the judge's classes of the fakes; of stacked digits
    `mode_count` says how many classes were drawn at all, `mode_kl` (nats) how far their shares are from equal ones;
    `judge_seconds` is what drawing and judging took, which `seconds` does not hold.
    """

    kimg: float
    step: int
    seconds: float
    images_per_second: float
    generator_loss: float
    discriminator_loss: float
    real_probability: float
    fake_probability: float
    judge_distance: float | None = None
    judge_floor: float | None = None
    class_counts: list[int] | None = None
    judge_seconds: float | None = None
    real_logit: float | None = None
    fake_logit: float | None = None
    mode_count: int | None = None
    mode_kl: float | None = None


def find_run(name: Path) -> Path:
    """Returns the folder of a run given as a path or as a name under checkpoints/; raises UserError."""
    for folder in (name, CHECKPOINTS_ROOT / name):
        if (folder / "run.json").is_file():
            return folder
    if name.is_dir():
        raise UserError(f"{name} has no run.json, so it is not a run; name a folder that train.py made.")
    raise UserError(f"There is no run {name}; name a folder that train.py made, or a name under checkpoints/.")


def write_record(run: Path, record: RunRecord) -> None:
    """Writes run.json atomically."""
    content = {"schema_version": SCHEMA_VERSION, **asdict(record)}
    write_atomically(run / "run.json", (json.dumps(content, indent=2) + "\n").encode())


def read_record(run: Path) -> RunRecord:
    """Returns what run.json says; raises UserError where it is missing, damaged or from a newer program."""
    path = run / "run.json"
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror}); name a folder that train.py made.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is damaged ({error}); restore it or train again.") from error
    if not isinstance(content, dict) or not isinstance(content.get("config"), dict):
        raise UserError(f"{path} does not describe a run; restore it or train again.")
    version = content.pop("schema_version", None)
    if type(version) is not int or version not in READABLE_VERSIONS:
        raise UserError(
            f"{path} has format {version!r}, this program reads up to {SCHEMA_VERSION}; use the program that made it."
        )
    config = config_from_json(content.pop("config"), path)
    try:
        record = RunRecord(config=config, **{**content, "status": RunStatus(content["status"])})
    except (TypeError, KeyError, ValueError) as error:
        raise UserError(f"{path} does not describe a run ({error}); restore it or train again.") from error
    if not isinstance(record.class_names, list) or type(record.held_out_count) is not int:
        raise UserError(f"{path} has a value of the wrong kind; restore it or train again.")
    texts = (record.dataset_fingerprint, record.device, record.started_at, record.failure, record.discriminator_from)
    if (
        record.precision not in get_args(Precision)
        or not all(isinstance(text, str) for text in (*texts, *record.class_names))
        or not isinstance(record.versions, dict)
        or not all(isinstance(version, str) for version in record.versions.values())
    ):
        raise UserError(f"{path} has a value of the wrong kind; restore it or train again.")
    return record


def rung_path(run: Path, kimg: int) -> Path:
    """Returns where the generator at `kimg` is kept."""
    return run / "ladder" / f"{kimg:06d}.safetensors"


def sample_path(run: Path, kimg: int) -> Path:
    """Returns where the fixed-noise grid at `kimg` is kept."""
    return run / "samples" / f"{kimg:06d}.png"


def latest_sample_path(run: Path) -> Path:
    """Returns where the fixed-noise grid of the newest tick is kept."""
    return run / "samples" / "latest.png"


def discriminator_path(run: Path) -> Path:
    """Returns where a run keeps the discriminator that judges the pictures of its newest rung."""
    return run / "discriminator.safetensors"


def held_out_path(run: Path) -> Path:
    """Returns where a folder's run keeps the real pictures that it was not trained on."""
    return run / "held-out.safetensors"


def ladder(run: Path) -> list[int]:
    """Returns the kimg of every rung of a run, ascending; empty where there is none."""
    return _numbers((run / "ladder").glob("*.safetensors"))


def sample_marks(run: Path) -> list[int]:
    """Returns the kimg of every fixed-noise grid of a run but the latest, ascending; empty where there is none."""
    return _numbers((run / "samples").glob("*.png"))


def _numbers(paths: Iterable[Path]) -> list[int]:
    return sorted(int(path.stem) for path in paths if path.stem.isdecimal())


def measured_rungs(run: Path) -> dict[int, Tick]:
    """Returns the tick of each rung that a judge measured, by the rung's kimg, ascending."""
    return rung_ticks(ladder(run), read_ticks(run)[0])


def rung_ticks(rungs: Sequence[int], ticks: Iterable[Tick]) -> dict[int, Tick]:
    """Returns the tick of each of `rungs` that a judge measured, by the rung's kimg, ascending."""
    measured = {}
    for tick in ticks:
        # A rung is saved by the first step at or after its kimg, or by a stop up to one kimg later: further off lies
        # only a rung whose own file is gone.
        reach_kimg = max(1.0, tick.kimg / max(1, tick.step))
        passed = [kimg for kimg in rungs if 0 <= tick.kimg - kimg < reach_kimg]
        if tick.judge_distance is not None and passed:
            measured[passed[-1]] = tick
    return dict(sorted(measured.items()))


def unmeasured_rung(run: Path) -> tuple[int, Tick] | None:
    """Returns the kimg and the tick of the newest rung where the run ended before a judge had measured it."""
    rungs, ticks = ladder(run), read_ticks(run)[0]
    if not rungs or not ticks or rungs[-1] in rung_ticks(rungs, ticks):
        return None
    # As if it had been measured: then it must be found as that rung's tick.
    candidate = rung_ticks(rungs, [replace(ticks[-1], judge_distance=0.0)])
    return (rungs[-1], ticks[-1]) if rungs[-1] in candidate else None


def append_tick(run: Path, tick: Tick) -> None:
    """Adds one line to stats.jsonl and flushes it to disk."""
    with (run / "stats.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(_line(tick))
        stream.flush()
        os.fsync(stream.fileno())


def read_ticks(run: Path, offset: int = 0) -> tuple[list[Tick], int]:
    """Returns the ticks from a byte offset on, and where to read next: an unfinished last line is left for later.

    The first tick from an offset may be the one before it come again, with the judge's figures: see `merge_ticks`.
    """
    try:
        with (run / "stats.jsonl").open("rb") as stream:
            stream.seek(offset)
            content = stream.read()
    except FileNotFoundError:
        return [], offset
    complete = content[: content.rfind(b"\n") + 1]
    # A line torn by a crash in the middle of the file is left out: the ticks around it are still good.
    ticks = [tick for tick in map(tick_from_line, complete.split(b"\n")) if tick is not None]
    return merge_ticks([], ticks), offset + len(complete)


def merge_ticks(known: Iterable[Tick], new: Iterable[Tick]) -> list[Tick]:
    """Returns all ticks in order: one that comes again, with the judge's figures, takes the place of the first."""
    merged: list[Tick] = []
    for tick in (*known, *new):
        if merged and (merged[-1].step, merged[-1].kimg) == (tick.step, tick.kimg):
            merged.pop()
        merged.append(tick)
    return merged


def tick_from_line(line: bytes) -> Tick | None:
    """Returns the tick in a line of stats.jsonl, its numbers within ±`MAX_NUMBER`; None where the line is no tick."""
    try:
        values = json.loads(line)
        tick = Tick(**values)
    except (ValueError, TypeError, RecursionError):
        return None
    numbers = [values[field.name] for field in fields(Tick) if field.name in values and field.name != "class_counts"]
    counts = tick.class_counts if tick.class_counts is not None else []
    is_good = (
        all(_is_number(number) for number in numbers)
        and type(tick.step) is int
        and tick.images_per_second > 0
        and isinstance(counts, list)
        and all(type(count) is int and 0 <= count <= MAX_NUMBER for count in counts)
    )
    return tick if is_good else None


def _is_number(value: Any) -> bool:
    # Not math.isfinite, which raises for a whole number of 400 digits; NaN is not below anything.
    return type(value) in (int, float) and abs(value) <= MAX_NUMBER


def keep_ticks_until(run: Path, step: int) -> None:
    """Drops ticks later than `step`, and a torn line: a resumed run will write them again."""
    ticks, _ = read_ticks(run)
    write_ticks(run, (tick for tick in ticks if tick.step <= step))


def write_ticks(run: Path, ticks: Iterable[Tick]) -> None:
    """Replaces stats.jsonl atomically."""
    write_atomically(run / "stats.jsonl", "".join(map(_line, ticks)).encode())


def _line(tick: Tick) -> str:
    return json.dumps({name: value for name, value in asdict(tick).items() if value is not None}) + "\n"
