"""Runs of every form with untrained generators: what the tests of figures and films draw from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from gan.checkpoint import write_generator
from gan.config import TrainingConfig
from gan.networks import Generator, initialize_weights, shapes
from gan.run_log import RunRecord, RunStatus, Tick, append_tick, rung_path, sample_path, write_record
from gan.sampler import draw, grid, png_bytes

KIMG = (2, 4, 8)


@dataclass(frozen=True, slots=True)
class Form:
    """What the pictures of a run look like, and which classes it knows."""

    dataset: str
    image_size: int
    channels: int
    class_names: tuple[str, ...]


DIGITS = tuple("0123456789")
FORMS = {
    "grey 28": Form("mnist", 28, 1, ()),
    "grey 28 of classes": Form("mnist", 28, 1, DIGITS),
    "stacked 28 of classes": Form("stacked-mnist", 28, 3, tuple(f"{number:03}" for number in range(1000))),
    "colour 32": Form("cifar10", 32, 3, ()),
    "colour 32 of classes": Form("cifar10", 32, 3, ("aeroplane", "automobile", "bird")),
    "colour 64": Form("folder:/nowhere/drawings", 64, 3, ()),
    "colour 64 of classes": Form("folder:/nowhere/drawings", 64, 3, ("cats", "dogs")),
}


def write_tiny_run(run: Path, form: Form, **settings: Any) -> Path:
    """Writes a run of a form with a rung, a grid and a tick at each of `KIMG`; returns its folder."""
    config = TrainingConfig(
        **{
            "dataset": form.dataset,
            "image_size": form.image_size,
            "channels": form.channels,
            "conditional": bool(form.class_names),
            "kimg": KIMG[-1],
            "batch_size": 16,
            "latent_size": 4,
            "generator_width": 4,
            "discriminator_width": 4,
            **settings,
        }
    )
    for folder in ("ladder", "samples"):
        (run / folder).mkdir(parents=True)
    names = list(form.class_names)
    write_record(run, RunRecord(config, "ab", "float32", "CPU", {}, "2030-01-01", RunStatus.DONE, class_names=names))
    generator = Generator(shapes(config, len(names))[0]).eval()
    for kimg in KIMG:
        initialize_weights(generator, torch.Generator().manual_seed(kimg))
        with torch.no_grad():
            # So that untrained pictures differ.
            for weight in generator.parameters():
                weight.mul_(4)
        write_generator(rung_path(run, kimg), generator)
        sample_path(run, kimg).write_bytes(png_bytes(grid(draw(generator, range(64)))))
        append_tick(run, Tick(kimg, 63 * kimg, 1.5, 900.0, 1.5, 0.5, 0.75, 0.25, real_logit=2.0, fake_logit=-1.0))
    return run
