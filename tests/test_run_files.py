"""How large the files of a run may be: the largest that can be trained fits, and not much more."""

import itertools
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from gan.checkpoint import MAX_FILE_BYTES
from gan.config import CHANNEL_COUNTS, IMAGE_SIZES, MAX_CLASS_COUNT, MAX_LATENT_SIZE, MAX_WIDTH, ArchitectureName
from gan.networks import Discriminator, DiscriminatorShape, Generator, GeneratorShape, parameter_count
from gan.presets import preset
from gan.run_files import KINDS, kind_of
from gan.run_log import RunRecord, RunStatus, write_record
from gan.sample_grid import MAX_GRID_BYTES, read_grid
from gan.sampler import grid, png_bytes

ARCHITECTURES: tuple[ArchitectureName, ...] = ("dcgan", "mlp")
# A safetensors file's own header.
HEADER_BYTES = 2**16


def _limit(name: str) -> int:
    kind = kind_of(name)
    assert kind is not None
    return kind.max_bytes


def test_the_widest_networks_of_every_kind_can_be_handed_on() -> None:
    sizes = {"ladder/000002.safetensors": 0, "discriminator.safetensors": 0, "state.safetensors": 0}
    for architecture, size, channels in itertools.product(ARCHITECTURES, IMAGE_SIZES, CHANNEL_COUNTS):
        family = (architecture, size, channels, MAX_CLASS_COUNT)
        with torch.device("meta"):
            generator = parameter_count(Generator(GeneratorShape(MAX_LATENT_SIZE, MAX_WIDTH, *family)))
            discriminator = parameter_count(Discriminator(DiscriminatorShape(MAX_WIDTH, *family, "none")))
        # Half precision; the state has weights and two moments of both, and the average, in float32.
        of_family = (2 * generator, 2 * discriminator, 4 * (4 * generator + 3 * discriminator))
        sizes = {name: max(old, new) for (name, old), new in zip(sizes.items(), of_family, strict=True)}
    for name, needed in sizes.items():
        assert needed + HEADER_BYTES < _limit(name) <= MAX_FILE_BYTES, name
        assert _limit(name) < 3 * needed, name


@pytest.mark.parametrize("size", IMAGE_SIZES)
@pytest.mark.parametrize("channels", CHANNEL_COUNTS)
def test_a_grid_of_pure_noise_which_no_png_makes_smaller_can_be_handed_on(
    tmp_path: Path, size: int, channels: int
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, channels, size, size), np.uint8)
    content = png_bytes(grid(noise))
    assert len(content) > noise.size
    assert len(content) < min(_limit("samples/000002.png"), MAX_GRID_BYTES)
    (tmp_path / "a.png").write_bytes(content)
    assert np.array_equal(read_grid(tmp_path / "a.png", size, channels), grid(noise))


def test_the_record_of_a_thousand_classes_with_the_longest_names_can_be_handed_on(tmp_path: Path) -> None:
    # A file's name has at most 255 bytes: 127 Cyrillic letters, which JSON writes with six bytes each.
    names = [f"{number:03d}" + 126 * "\u0436" for number in range(MAX_CLASS_COUNT)]
    write_record(tmp_path, RunRecord(preset(), "", "float32", "CPU", {}, "", RunStatus.DONE, class_names=names))
    size = (tmp_path / "run.json").stat().st_size
    assert size > len(json.dumps(asdict(preset()))) + 756_000
    assert size < _limit("run.json")


def test_files_of_no_kind_are_not_taken() -> None:
    for name in ("ladder/2.safetensors", "ladder/000002.safetensors.tmp", "samples/latest.png", "lock", "../run.json"):
        assert kind_of(name) is None
    assert sum(kind.max_count for kind in KINDS) == 256 + 1000 + 6
