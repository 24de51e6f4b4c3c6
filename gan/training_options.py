"""The flags of `python train.py`, and what they mean together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import tyro

from gan.command_line import parse_arguments, peek_arguments
from gan.config import ArchitectureName, LaunchOptions, ObjectiveName, TrainingConfig, changed_hyper_parameters
from gan.datasets import FOLDER_PREFIX, find_dataset, is_on_this_computer
from gan.errors import UserError
from gan.event_files import require_tensorboard
from gan.presets import preset
from gan.run_log import find_run, read_record

PROGRAM = "train.py"


@dataclass(frozen=True, slots=True)
class Options:
    """Train a generator; every rung of its ladder can be played as soon as it is saved."""

    training: Annotated[TrainingConfig, tyro.conf.arg(name="")] = field(default_factory=TrainingConfig)
    launch: Annotated[LaunchOptions, tyro.conf.arg(name="")] = field(default_factory=LaunchOptions)


@dataclass(frozen=True, slots=True)
class Family:
    """The flags that decide what the others' defaults are."""

    dataset: str = "mnist"
    architecture: ArchitectureName = "dcgan"
    objective: ObjectiveName = "standard"
    image_size: int | None = None
    resume: Path | None = None


def parse(arguments: Sequence[str]) -> Options:
    """Returns the options, whose defaults are the preset of the chosen family.

    A resumed run's own settings are the defaults instead, and only its length may differ, and of a folder's run the
    place where the folder lies.

    Raises UserError where a value can't be used or a setting of the resumed run would change.
    """
    family = peek_arguments(Family, PROGRAM, arguments)
    # A resumed run's flags make sense only beside its own settings: a weight clip beside its objective.
    run = None if family.resume is None else find_run(family.resume)
    if run is None:
        defaults = preset(family.architecture, family.objective, family.dataset, family.image_size)
    else:
        defaults = _settings_of(run, family.dataset)
        # First of all: beside another objective the run's own settings may well contradict each other.
        _refuse_another_family(run, defaults, arguments)
    options = parse_arguments(Options, PROGRAM, arguments, Options(training=defaults))
    if options.launch.progress and not options.launch.dry_run:
        raise UserError("--progress goes with --dry-run; what a run is doing can be read from its files.")
    if options.launch.tensorboard:
        require_tensorboard()
    if options.launch.data_root is not None and options.training.dataset.startswith(FOLDER_PREFIX):
        raise UserError("--data-root is for published datasets, and a folder's pictures lie where it is; leave it out.")
    if run is None:
        return _found(options)
    if options.launch.discriminator_from is not None:
        raise UserError("--discriminator-from is for a new run; leave it out to go on with this one.")
    if options.launch.out is not None:
        raise UserError("--out and --resume exclude each other: a resumed run goes on in its own folder.")
    _refuse(run, changed_hyper_parameters(defaults, options.training))
    _refuse_missing_folder(run, options.training.dataset)
    return _found(replace(options, launch=replace(options.launch, resume=run)))


def _settings_of(run: Path, dataset: str) -> TrainingConfig:
    """Returns the settings of a run that goes on; where it learns from a folder, `dataset` may say where that lies now.

    That its pictures are the same ones is seen when they are read.
    """
    config = read_record(run).config
    is_moved = config.dataset.startswith(FOLDER_PREFIX) and dataset.startswith(FOLDER_PREFIX)
    return replace(config, dataset=dataset) if is_moved else config


def _refuse_another_family(run: Path, config: TrainingConfig, arguments: Sequence[str]) -> None:
    own = Family(architecture=config.architecture, objective=config.objective)
    asked = peek_arguments(Family, PROGRAM, arguments, own)
    pairs = {"architecture": (own.architecture, asked.architecture), "objective": (own.objective, asked.objective)}
    _refuse(run, [f"--{name} {old} → {new}" for name, (old, new) in pairs.items() if old != new])


def _refuse(run: Path, changed: Sequence[str]) -> None:
    if changed:
        raise UserError(
            f"{run} was trained with other settings ({', '.join(changed)}); leave those flags out to resume it, "
            "or start a new run without --resume."
        )


def _refuse_missing_folder(run: Path, dataset: str) -> None:
    if dataset.startswith(FOLDER_PREFIX) and not is_on_this_computer(dataset):
        raise UserError(
            f"{run} goes on only with the pictures that it was trained on, and their folder "
            f"{dataset.removeprefix(FOLDER_PREFIX)} is not here; say where they are: "
            f"python {PROGRAM} --resume {run} --dataset {FOLDER_PREFIX}PATH."
        )


def _found(options: Options) -> Options:
    """Returns the options with the pictures, by their whole path, and the teacher found; raises UserError."""
    training, launch = options.training, options.launch
    # Refuses a size that the dataset doesn't have.
    dataset = find_dataset(training.dataset, training.image_size, training.channels)
    if training.conditional and not dataset.class_names:
        raise UserError(f"{dataset.title} has no classes; leave --conditional out.")
    if launch.discriminator_from is not None:
        launch = replace(launch, discriminator_from=find_run(launch.discriminator_from))
    return Options(replace(training, dataset=dataset.name), launch)
