"""Runs of other pictures than digits and clothes, with samples and real pictures of their own where they need them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from tiny_runs import FORMS, KIMG, Form, write_tiny_run

from gan.checkpoint import read_generator, write_generator
from gan.held_out import read_held_out, write_held_out
from gan.run_log import (
    Tick,
    append_tick,
    held_out_path,
    latest_sample_path,
    read_record,
    rung_path,
    sample_path,
    write_record,
)
from gan.run_title import write_title
from gan.sampler import grid, png_bytes

HELD_OUT = 60
FOLDER = "folder:/nowhere/drawings"


def write_other_run(run: Path, form: str | Form, title: str = "", held_out: int = HELD_OUT, **settings: object) -> Path:
    """Writes a tiny run with contrast in its fakes; a folder's has that many real pictures, of both classes in turn."""
    form = FORMS[form] if isinstance(form, str) else form
    write_tiny_run(run, form, **settings)
    for kimg in KIMG:
        generator = read_generator(rung_path(run, kimg))
        # So that two pictures can't be alike by being grey.
        for parameter in generator.parameters():
            parameter.data.mul_(8)
        write_generator(rung_path(run, kimg), generator)
        sample_path(run, kimg).write_bytes(png_bytes(grid(blobs(64, form.channels, form.image_size))))
    latest_sample_path(run).write_bytes(sample_path(run, 8).read_bytes())
    if title:
        write_title(run, title)
    if form.dataset.startswith("folder:"):
        shape = (held_out, form.channels, form.image_size, form.image_size)
        images = np.random.Generator(np.random.PCG64(7)).integers(0, 256, shape, np.uint8)
        write_held_out(held_out_path(run), images, np.arange(held_out) % max(1, len(form.class_names)))
        write_record(run, replace(read_record(run), held_out_count=held_out))
    return run


def blobs(count: int, channels: int, size: int) -> np.ndarray:
    """Returns pictures, uint8 (count, channels, size, size), that look the same on every computer, as nets' don't."""
    numbers = np.arange(count)
    middles = size / 2 + size / 6 * np.stack([np.sin(numbers * 1.9), np.cos(numbers * 2.7)], axis=1)
    rows, columns = np.mgrid[:size, :size]
    far = np.hypot(rows - middles[:, 0, None, None], columns - middles[:, 1, None, None])
    radii = size * (0.2 + 0.1 * np.sin(numbers))[:, None, None]
    inside = np.clip((radii - far) / 2 + 0.5, 0, 1)
    shades = 0.35 + 0.65 * np.abs(np.sin(numbers[:, None] * (0.5, 0.9, 1.3)[:channels] + 1))
    return (255 * inside[:, None] * shades[:, :, None, None]).astype(np.uint8)


def add_critic_ticks(run: Path, until_kimg: int) -> None:
    """Adds ticks of a critic whose answers come nearer to each other."""
    for kimg in range(9, until_kimg):
        gap = 3 + 9 / kimg**0.5
        wave = np.sin(kimg * 1.7) / 3
        append_tick(
            run,
            Tick(kimg, kimg * 63, kimg / 2, 900.0, 2.5 + wave, -gap, 0.5, 0.5, real_logit=1 + wave, fake_logit=1 - gap),
        )


def pictures_of(run: Path) -> np.ndarray:
    """Returns a folder's run's real pictures as they are drawn, uint8 (count, size, size, channels)."""
    return read_held_out(held_out_path(run)).images.transpose(0, 2, 3, 1)
