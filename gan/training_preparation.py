"""All that training needs in memory: the run's record, its pictures, its first or its saved state, the judge."""

import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import torch

from gan.config import Precision, TrainingConfig
from gan.datasets import DATASETS, Split, load_split
from gan.devices import device_title, faster_precision, find_device
from gan.errors import UserError
from gan.judge import Judge, judge_path, load_judge
from gan.out_of_memory import Attempt
from gan.run_log import RunRecord, RunStatus, ladder, read_record, unmeasured_rung
from gan.schedule import step_at
from gan.trainer import seconds_per_step
from gan.training_state import TrainingState, new_state, read_state


@dataclass(frozen=True, slots=True)
class Preparation:
    """What a run is trained with; `judge` may be absent."""

    record: RunRecord
    split: Split
    state: TrainingState
    judge: Judge | None


def prepare(attempt: Attempt, run: Path, data_root: Path | None, moved: bool) -> Preparation:
    """Returns what the attempt needs; raises UserError where the pictures or a saved state can't be used.

    `moved` says that a saved state goes on on a device that its arithmetic was not chosen for.
    """
    config, device = attempt.config, find_device(attempt.device)
    split = load_split(DATASETS[config.dataset], "train", data_root)
    if len(split.images) < config.batch_size:
        raise UserError(f"--batch-size is {config.batch_size}; the dataset has only {len(split.images)} pictures.")
    if not attempt.resumes:
        record = _new_record(config, split, device)
        state = new_state(config, device, record.precision)
    else:
        record = read_record(run)
        if record.dataset_fingerprint != split.fingerprint:
            raise UserError(f"{run} was trained on other pictures than those of {config.dataset} found now.")
        precision = _precision(config, device) if moved else record.precision
        record = replace(
            record,
            config=config,
            precision=precision,
            device=device_title(device),
            status=RunStatus.RUNNING,
            failure="",
        )
        state = new_state(config, device, precision)
        state_path = run / "state.safetensors"
        # A run that was killed before its first tick has learnt nothing yet: it begins anew, with the same bits.
        if state_path.is_file() or ladder(run):
            read_state(state_path, state)
    judge = load_judge(config.dataset, device=device) if judge_path(config.dataset).is_file() else None
    return Preparation(record, split, state, judge)


def _new_record(config: TrainingConfig, split: Split, device: torch.device) -> RunRecord:
    return RunRecord(
        config=config,
        dataset_fingerprint=split.fingerprint,
        precision=_precision(config, device),
        device=device_title(device),
        versions={"python": sys.version.split()[0], "torch": str(torch.__version__)},
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        status=RunStatus.RUNNING,
    )


def _precision(config: TrainingConfig, device: torch.device) -> Precision:
    if config.precision == "auto":
        return faster_precision(device, lambda candidate: seconds_per_step(config, device, candidate))
    return config.precision


def is_finished(run: Path, preparation: Preparation) -> bool:
    """Returns whether nothing is left to train or to measure; raises UserError where more is trained than asked for."""
    config, state = preparation.record.config, preparation.state
    last_step = step_at(config.kimg, config.batch_size)
    if state.step > last_step:
        trained_kimg = state.step * config.batch_size // 1000
        raise UserError(f"--kimg is {config.kimg}, but {run} is already trained to {trained_kimg}; give more.")
    missed = preparation.judge is not None and unmeasured_rung(run) is not None
    return state.step == last_step and not missed
