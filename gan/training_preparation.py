"""All that training needs in memory: the run's record, its pictures, its first or its saved state, the judge."""

import sys
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gan.augment import default_augmentation
from gan.checkpoint import read_discriminator
from gan.config import DeviceName, LaunchOptions, Precision, TrainingConfig
from gan.datasets import Dataset, Split, find_dataset, load_split
from gan.devices import device_title, faster_precision, find_device
from gan.distributed import ALONE, World
from gan.errors import UserError
from gan.folder_listing import printable
from gan.held_out import MAX_CARRIED, HeldOut
from gan.judge import Judge, find_judge
from gan.networks import Discriminator, shapes
from gan.out_of_memory import Attempt
from gan.run_log import RunRecord, RunStatus, discriminator_path, held_out_path, ladder, read_record, unmeasured_rung
from gan.schedule import step_at
from gan.step_speed import seconds_per_step
from gan.synced_batch_norm import sync_batch_norm
from gan.training_state import TrainingState, new_state, read_state


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a run is trained with; `judge` may be absent.

    `images` are uint8 (count, channels, size, size) and `labels`, where the networks know classes, int64 (count,), both
    on the device. `skipped` has one sentence for each picture that can't be used. `held_out` is what a folder's run has
    to keep of the real pictures and has not kept yet.
    """

    record: RunRecord
    images: Tensor
    labels: Tensor | None
    state: TrainingState
    judge: Judge | None
    skipped: tuple[str, ...]
    held_out: HeldOut | None = None


def prepare(attempt: Attempt, run: Path, launch: LaunchOptions, moved: bool, world: World = ALONE) -> Preparation:
    """Returns what the attempt needs; raises UserError where the pictures or a saved state can't be used.

    `moved` says that a saved state goes on on a device that its arithmetic was not chosen for.
    """
    config, device = attempt.config, _own_device(attempt.device, world)
    saved = read_record(run) if attempt.resumes else None
    if saved is not None:
        # The flags of a run that goes on where memory ended leave open what its record has settled; they say how long
        # it is to be, and where its pictures lie.
        config = replace(saved.config, kimg=config.kimg, dataset=config.dataset)
    dataset = find_dataset(config.dataset, config.image_size, config.channels)
    class_count = len(dataset.class_names)
    state_path = run / "state.safetensors"
    # A run that was killed before its first tick has learnt nothing yet: it begins anew, with the same bits.
    has_learnt = saved is not None and (state_path.is_file() or bool(ladder(run)))
    first = None if has_learnt else _first_discriminator(config, class_count, run, saved, launch)
    split = _load_in_turn(lambda: load_split(dataset, "train", launch.data_root), world)
    held_out = None
    if dataset.test_count is None and world.writes and not (attempt.resumes and held_out_path(run).is_file()):
        test = load_split(dataset, "test")
        held_out = HeldOut(test.images[:MAX_CARRIED], test.labels[:MAX_CARRIED].astype(np.int64))
    if saved is None:
        record = _new_record(config, dataset, split, device, world, launch.discriminator_from)
    elif saved.dataset_fingerprint != split.fingerprint:
        raise UserError(
            f"{run} was trained on other pictures than those of {config.dataset} found now; put them back, or start a "
            "new run."
        )
    else:
        record = replace(
            saved,
            config=config,
            precision=_precision(config, class_count, device, world) if moved else saved.precision,
            device=_device_title(device, world),
            status=RunStatus.RUNNING,
            failure="",
        )
    state = new_state(config, class_count, device, record.precision)
    if first is not None:
        state.discriminator.load_state_dict(first.state_dict())
    if has_learnt:
        read_state(state_path, state)
    if held_out is not None:
        record = replace(record, held_out_count=len(held_out.images))
    for network in (state.generator, state.discriminator):
        sync_batch_norm(network, world)
    return Preparation(
        record=record,
        images=_as_tensor(split.images).to(device),
        labels=torch.from_numpy(split.labels.astype(np.int64)).to(device) if config.conditional else None,
        state=state,
        judge=find_judge(dataset, device) if world.writes else None,
        skipped=split.skipped,
        held_out=held_out,
    )


def _as_tensor(images: NDArray[np.uint8]) -> Tensor:
    with warnings.catch_warnings():
        # Pictures in a file that is mapped into memory can't be written to, and nobody does.
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        return torch.from_numpy(images)


def _own_device(name: DeviceName, world: World) -> torch.device:
    device = find_device(name, world.local_rank)
    if world.size > 1 and device.type == "mps":
        raise UserError("Several processes can't share an Apple GPU; give --device cpu, or start one process.")
    if world.told(device.type) != device.type:
        raise UserError(f"Process 0 has another kind of device than {device.type}; name one that all have by --device.")
    if device.index is not None:
        torch.cuda.set_device(device)
    return device


def _load_in_turn(load: Callable[[], Split], world: World) -> Split:
    """Returns what `load` returns: the first process of each computer may have to download it for the others."""
    first = load() if world.local_rank == 0 else None
    world.wait_for_all()
    return load() if first is None else first


def _new_record(
    config: TrainingConfig, dataset: Dataset, split: Split, device: torch.device, world: World, teacher: Path | None
) -> RunRecord:
    if config.augmentation == "auto":
        config = replace(config, augmentation="on" if default_augmentation(dataset, len(split.images)) else "off")
    return RunRecord(
        config=config,
        dataset_fingerprint=split.fingerprint,
        precision=_precision(config, len(dataset.class_names), device, world),
        device=_device_title(device, world),
        versions={"python": sys.version.split()[0], "torch": str(torch.__version__)},
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
        class_names=list(dataset.class_names),
        held_out_count=dataset.test_count or 0,
        # A name alone, for people: the record is shared, and the run keeps a copy of what it begins with.
        discriminator_from="" if teacher is None else printable(teacher.resolve().name) or "another run",
    )


def _first_discriminator(
    config: TrainingConfig, class_count: int, run: Path, saved: RunRecord | None, launch: LaunchOptions
) -> Discriminator | None:
    """Returns the trained discriminator that a run begins with, None for a fresh one.

    Raises UserError where it is of another kind.
    """
    # Of a run that has begun with one, its own copy: the teacher may be trained further meanwhile, or be gone.
    source = launch.discriminator_from if saved is None else run if saved.discriminator_from else None
    if source is None:
        return None
    path = discriminator_path(source)
    trained = read_discriminator(path)
    theirs, ours = asdict(trained.shape), asdict(shapes(config, class_count)[1])
    differences = [f"{name} {theirs[name]} instead of {ours[name]}" for name in ours if theirs[name] != ours[name]]
    if differences:
        raise UserError(f"{path} is of another kind ({', '.join(differences)}); train with its settings.")
    return trained


def _device_title(device: torch.device, world: World) -> str:
    return device_title(device) if world.size == 1 else f"{world.size} × {device_title(device)}"


def _precision(config: TrainingConfig, class_count: int, device: torch.device, world: World) -> Precision:
    if config.precision != "auto":
        return config.precision
    found: Precision = "float32"
    if world.writes:
        found = faster_precision(device, lambda candidate: seconds_per_step(config, class_count, device, candidate))
    return "bfloat16" if world.told(found) == "bfloat16" else "float32"


def is_finished(run: Path, preparation: Preparation) -> bool:
    """Returns whether nothing is left to train or to measure; raises UserError where more is trained than asked for."""
    config, state = preparation.record.config, preparation.state
    last_step = step_at(config.kimg, config.images_per_step)
    if state.step > last_step:
        trained_kimg = state.step * config.images_per_step // 1000
        raise UserError(f"--kimg is {config.kimg}, but {run} is already trained to {trained_kimg}; give more.")
    missed = preparation.judge is not None and unmeasured_rung(run) is not None
    return state.step == last_step and not missed
