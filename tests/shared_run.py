"""A whole run so small that it is packed and checked in an instant: what the tests of handing runs on share."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from gan.checkpoint import write_discriminator, write_generator
from gan.config import TrainingConfig
from gan.errors import UserError
from gan.networks import Discriminator, DiscriminatorShape, Generator, GeneratorShape, initialize_weights
from gan.run_import import import_run
from gan.run_log import RunRecord, RunStatus, Tick, append_tick, rung_path, sample_path, write_record
from gan.sampler import png_bytes
from gan.training_state import new_state, read_state, write_state

CONFIG = TrainingConfig(kimg=4, batch_size=16, latent_size=4, generator_width=4, discriminator_width=4)
RECORD = RunRecord(CONFIG, "ab" * 32, "float32", "CPU", {"python": "3.12"}, "2026-01-01", RunStatus.DONE)
RUNGS = (2, 4)


def write_whole_run(run: Path) -> Path:
    """Writes a run with one file of every kind, and those that a trainer leaves beside them; returns its folder."""
    for folder in ("ladder", "samples"):
        (run / folder).mkdir(parents=True)
    write_record(run, RECORD)
    for kimg in RUNGS:
        generator = Generator(GeneratorShape(CONFIG.latent_size, CONFIG.generator_width))
        initialize_weights(generator, torch.Generator().manual_seed(kimg))
        write_generator(rung_path(run, kimg), generator)
        write_grid(run, kimg)
        counts = [kimg] * 10
        append_tick(
            run,
            Tick(
                kimg,
                63 * kimg,
                1.5,
                900.0,
                1.5,
                0.5,
                0.75,
                0.25,
                8.0 / kimg,
                0.25,
                counts,
                real_logit=1.5,
                fake_logit=-1.5,
            ),
        )
    write_discriminator(
        run / "discriminator.safetensors", Discriminator(DiscriminatorShape(CONFIG.discriminator_width))
    )
    state = new_state(CONFIG, 10, torch.device("cpu"), "float32")
    for network, optimizer in (
        (state.generator, state.generator_optimizer),
        (state.discriminator, state.discriminator_optimizer),
    ):
        for parameter in network.parameters():
            parameter.grad = torch.zeros_like(parameter)
        optimizer.step()
    state.step = 250
    write_state(run / "state.safetensors", state)
    (run / "name.txt").write_text("My first run\n", encoding="utf-8")
    (run / "lock").touch()
    (run / "train.log").write_text("it went well")
    (run / "samples" / "latest.png").write_bytes(sample_path(run, 4).read_bytes())
    return run


def write_grid(run: Path, kimg: int) -> None:
    """Writes a grid of noise that is another for each kimg."""
    dice = np.random.default_rng(kimg)
    sample_path(run, kimg).write_bytes(png_bytes(dice.integers(0, 256, (224, 224), np.uint8)))


def assert_resumable(run: Path) -> None:
    """The state can be resumed from."""
    state = new_state(CONFIG, 10, torch.device("cpu"), "float32")
    read_state(run / "state.safetensors", state)
    assert state.step == 250


def contents(folder: Path) -> dict[str, bytes]:
    """Returns every file under a folder by its name in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def quiet(share: float, text: str) -> None:
    """Tells nobody."""


def refusal(source: Path, tmp_path: Path) -> str:
    """Returns the sentence of a refusal, after which nothing at all has changed."""
    checkpoints = tmp_path / "checkpoints"
    checkpoints.mkdir(exist_ok=True)
    before = contents(tmp_path)
    with pytest.raises(UserError) as refused:
        import_run(source, checkpoints, quiet)
    assert not list(checkpoints.iterdir())
    assert contents(tmp_path) == before
    sentence = str(refused.value)
    assert "\n" not in sentence and len(sentence) < 400 and sentence.endswith(".")
    assert ".import-" not in sentence
    return sentence


def refusal_of_zip(content: bytes, tmp_path: Path) -> str:
    (tmp_path / "a.zip").write_bytes(content)
    return refusal(tmp_path / "a.zip", tmp_path)


def zip_of(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def with_entries(good: bytes, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO(good)
    with zipfile.ZipFile(stream, "a") as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()
