"""A run's ticks and pictures as TensorBoard's event files, in RUN/tensorboard/; torch-free until they are written.

Their steps are the real pictures shown so far, kimg × 1000: runs with other batch sizes lie on the same axis.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from gan.config import TrainingConfig
from gan.errors import UserError
from gan.run_log import RunRecord, Tick, read_ticks, sample_marks, sample_path
from gan.sample_grid import read_grid

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

FOLDER = "tensorboard"
PICTURES_TAG = "samples"
# More classes would be as many charts.
MAX_CLASSES = 40


def require_tensorboard() -> None:
    """Raises UserError where the package that writes event files is not installed."""
    spec = find_spec("tensorboard")
    # A mere folder of that name can be imported as well, but has no origin.
    if spec is None or spec.origin is None:
        raise UserError(
            "--tensorboard needs a package that is not installed; install it with `pip install tensorboard`, "
            "or leave the flag out."
        )


@contextmanager
def event_files(run: Path, record: RunRecord, step: int) -> Iterator[Callable[[Tick], None]]:
    """Gives what writes a tick, and the grids that came with it, of a run that goes on from `step`.

    Events later than that, which a crash can leave, no longer count. Where the run had no event files before, its
    ticks and grids so far are written first. Raises UserError, as does what it gives, where they can't be written.
    """
    # Here, because it takes a second to import.
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise UserError(
            f"TensorBoard can't be loaded ({error}); install it anew with `pip install --upgrade tensorboard`, "
            "or leave --tensorboard out."
        ) from error

    folder, images = run / FOLDER, step * record.config.images_per_step
    is_new = not folder.is_dir()
    with _one_sentence(folder):
        writer = SummaryWriter(folder, purge_step=images + 1 if images else 0)
    shown_kimg = -1 if is_new else images // 1000

    def write(tick: Tick) -> None:
        nonlocal shown_kimg
        with _one_sentence(folder):
            _add_tick(writer, tick, record)
            new = [kimg for kimg in sample_marks(run) if shown_kimg < kimg <= tick.kimg]
            _add_grids(writer, run, record.config, new)
            shown_kimg = max(shown_kimg, *new) if new else shown_kimg
            # Whoever ends the process loses nothing, and who watches waits for nothing.
            writer.flush()

    try:
        with _one_sentence(folder):
            _add_record(writer, record, images)
        for tick in read_ticks(run)[0] if is_new else ():
            write(tick)
        yield write
    finally:
        # What counts was flushed.
        with suppress(OSError):
            writer.close()


@contextmanager
def _one_sentence(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{folder} can't be written ({error.strerror or error}); make room, or go on without --tensorboard."
        ) from error


def _add_record(writer: "SummaryWriter", record: RunRecord, images: int) -> None:
    # Indented, Markdown shows it as it is.
    lines = json.dumps(asdict(record), indent=2, ensure_ascii=False).splitlines()
    writer.add_text("run.json", "\n".join(f"    {line}" for line in lines), images)


def _add_tick(writer: "SummaryWriter", tick: Tick, record: RunRecord) -> None:
    images = tick.step * record.config.images_per_step
    for name, value in asdict(tick).items():
        if isinstance(value, list):
            for place, count in enumerate(value if len(value) <= MAX_CLASSES else ()):
                _add_scalar(writer, f"{name}/{_class_name(record.class_names, place)}", count, images)
        elif value is not None:
            _add_scalar(writer, f"tick/{name}", value, images)


def _add_scalar(writer: "SummaryWriter", tag: str, value: float, images: int) -> None:
    writer.add_scalar(tag, float(value), images)


def _class_name(names: Sequence[str], place: int) -> str:
    return names[place] if place < len(names) else str(place)


def _add_grids(writer: "SummaryWriter", run: Path, config: TrainingConfig, marks: Sequence[int]) -> None:
    for kimg in marks:
        # One that was deleted or damaged meanwhile is no reason to stop training.
        with suppress(UserError):
            pixels = read_grid(sample_path(run, kimg), config.image_size, config.channels)
            layout = "HW" if pixels.ndim == 2 else "HWC"
            writer.add_image(PICTURES_TAG, pixels, 1000 * kimg, dataformats=layout)
