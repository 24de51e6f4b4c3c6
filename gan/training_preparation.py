"""All that training needs in memory: the run's record, its pictures, its first or its saved state, the judge."""

import sys
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.augment import default_augmentation
from gan.checkpoint import read_discriminator
from gan.config import LaunchOptions, Precision, TrainingConfig
from gan.datasets import Dataset, Split, find_dataset, load_split
from gan.devices import device_title, faster_precision, find_device
from gan.errors import UserError
from gan.judge import Judge, judge_path, load_judge
from gan.out_of_memory import Attempt
from gan.run_log import RunRecord, RunStatus, find_run, ladder, read_record, unmeasured_rung
from gan.schedule import step_at
from gan.step_speed import seconds_per_step
from gan.training_state import TrainingState, new_state, read_state


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a run is trained with; `judge` may be absent.

    `images` are uint8 (count, channels, size, size) and `labels`, where the networks know classes, int64 (count,), both
    on the device. `skipped` has one sentence for each picture that can't be used.
    """

    record: RunRecord
    images: Tensor
    labels: Tensor | None
    state: TrainingState
    judge: Judge | None
    skipped: tuple[str, ...]


def prepare(attempt: Attempt, run: Path, launch: LaunchOptions, moved: bool) -> Preparation:
    """Returns what the attempt needs; raises UserError where the pictures or a saved state can't be used.

    `moved` says that a saved state goes on on a device that its arithmetic was not chosen for.
    """
    config, device = attempt.config, find_device(attempt.device)
    dataset = find_dataset(config.dataset, config.image_size, config.channels)
    split = load_split(dataset, "train", launch.data_root)
    if config.conditional and not dataset.class_names:
        raise UserError(f"{dataset.title} has no classes; leave --conditional out.")
    if not attempt.resumes:
        record = _new_record(config, dataset, split, device)
        state = new_state(config, len(dataset.class_names), device, record.precision)
        if launch.discriminator_from is not None:
            record = _begin_with_discriminator(launch.discriminator_from, record, state)
    else:
        record = read_record(run)
        if record.dataset_fingerprint != split.fingerprint:
            raise UserError(f"{run} was trained on other pictures than those of {config.dataset} found now.")
        precision = _precision(config, len(dataset.class_names), device) if moved else record.precision
        record = replace(
            record,
            config=config,
            precision=precision,
            device=device_title(device),
            status=RunStatus.RUNNING,
            failure="",
        )
        state = new_state(config, len(dataset.class_names), device, precision)
        state_path = run / "state.safetensors"
        # A run that was killed before its first tick has learnt nothing yet: it begins anew, with the same bits.
        if state_path.is_file() or ladder(run):
            read_state(state_path, state)
    return Preparation(
        record=record,
        images=torch.from_numpy(split.images).to(device),
        labels=torch.from_numpy(split.labels.astype(np.int64)).to(device) if config.conditional else None,
        state=state,
        judge=_find_judge(dataset, device),
        skipped=split.skipped,
    )


def _find_judge(dataset: Dataset, device: torch.device) -> Judge | None:
    return load_judge(dataset.judge, device=device) if dataset.judge and judge_path(dataset.judge).is_file() else None


def _new_record(config: TrainingConfig, dataset: Dataset, split: Split, device: torch.device) -> RunRecord:
    if config.augmentation == "auto":
        config = replace(config, augmentation="on" if default_augmentation(dataset, len(split.images)) else "off")
    return RunRecord(
        config=config,
        dataset_fingerprint=split.fingerprint,
        precision=_precision(config, len(dataset.class_names), device),
        device=device_title(device),
        versions={"python": sys.version.split()[0], "torch": str(torch.__version__)},
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
        class_names=list(dataset.class_names),
        held_out_count=dataset.test_count or 0,
    )


def _begin_with_discriminator(name: Path, record: RunRecord, state: TrainingState) -> RunRecord:
    """Puts the discriminator of another run into a new state; raises UserError where it is of another kind."""
    run = find_run(name)
    path = run / "discriminator.safetensors"
    trained = read_discriminator(path)
    if trained.shape != state.discriminator.shape:
        differences = [
            f"{field.name} {getattr(trained.shape, field.name)} instead of {getattr(state.discriminator.shape, field.name)}"
            for field in fields(trained.shape)
            if getattr(trained.shape, field.name) != getattr(state.discriminator.shape, field.name)
        ]
        raise UserError(f"{path} is a discriminator of another kind ({', '.join(differences)}); train with its settings.")
    state.discriminator.load_state_dict(trained.state_dict())
    return replace(record, discriminator_from=run.name)


def _precision(config: TrainingConfig, class_count: int, device: torch.device) -> Precision:
    if config.precision == "auto":
        return faster_precision(device, lambda candidate: seconds_per_step(config, class_count, device, candidate))
    return config.precision


def is_finished(run: Path, preparation: Preparation) -> bool:
    """Returns whether nothing is left to train or to measure; raises UserError where more is trained than asked for."""
    config, state = preparation.record.config, preparation.state
    last_step = step_at(config.kimg, config.images_per_step)
    if state.step > last_step:
        trained_kimg = state.step * config.images_per_step // 1000
        raise UserError(f"--kimg is {config.kimg}, but {run} is already trained to {trained_kimg}; give more.")
    missed = preparation.judge is not None and unmeasured_rung(run) is not None
    return state.step == last_step and not missed
