"""Runs that can be played against: their rungs are empty files, or hold tiny random generators."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gan.config import TrainingConfig
from gan.run_log import RunRecord, RunStatus, Tick, append_tick, rung_path, write_record


def write_bare_run(run: Path, rungs: Sequence[int], dataset: Any = "mnist", batch_size: int = 64) -> None:
    """Writes a run whose rungs are empty files, each with a tick: enough for whoever draws nothing from it."""
    (run / "ladder").mkdir(parents=True)
    config = TrainingConfig(dataset=dataset, batch_size=batch_size)
    write_record(run, RunRecord(config, "", "float32", "CPU", {}, "", RunStatus.DONE))
    for kimg in rungs:
        rung_path(run, kimg).touch()
        append_tick(run, Tick(kimg, 1, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, judge_distance=8.75, judge_floor=0.25))


def write_run(run: Path, dataset: Any, rungs: Sequence[int]) -> None:
    """Writes a run whose rungs hold one tiny random generator each."""
    import torch

    from gan.checkpoint import write_generator
    from gan.networks import Generator, GeneratorShape, initialize_weights

    write_bare_run(run, rungs, dataset)
    for kimg in rungs:
        generator = Generator(GeneratorShape(latent_size=8, width=4))
        initialize_weights(generator, torch.Generator().manual_seed(kimg + len(dataset)))
        # Contrast, so that two pictures can't be alike by being grey.
        for parameter in generator.parameters():
            parameter.data.mul_(8)
        write_generator(rung_path(run, kimg), generator.eval().requires_grad_(False))
