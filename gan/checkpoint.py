"""Tensors on disk: safetensors files, checked in full before a single weight is used."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypeVar, get_args

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from gan.atomic_file import write_atomically
from gan.config import (
    CHANNEL_COUNTS,
    IMAGE_SIZES,
    MAX_CLASS_COUNT,
    MAX_LATENT_SIZE,
    MAX_WIDTH,
    NUMBER_LIMIT,
    ArchitectureName,
    NormalizationName,
)
from gan.errors import UserError
from gan.networks import Discriminator, DiscriminatorShape, Generator, GeneratorShape

# A checkpoint may come from a stranger: nothing larger than this is opened; the widest run's state has about four
# fifths of it.
MAX_FILE_BYTES = 512 * 2**20
# Names, types and shapes: a state's header has 11 KB. A million tensors without a number would fill the memory too.
MAX_HEADER_BYTES = 2**20


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, object]) -> None:
    """Writes tensors and JSON-encoded metadata atomically."""
    content = safetensors.torch.save(
        {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()},
        {name: json.dumps(value) for name, value in metadata.items()},
    )
    write_atomically(path, content)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, object]]:
    """Returns the file's tensors and metadata; raises UserError where it is missing, too large or damaged."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise UserError(f"{path} has {size:,} bytes, more than any checkpoint of this program; don't use it.")
        with path.open("rb") as stream:
            header_bytes = int.from_bytes(stream.read(8), "little")
        if header_bytes > MAX_HEADER_BYTES:
            raise ValueError(f"its header claims {header_bytes:,} bytes")
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = {name: json.loads(value) for name, value in (file.metadata() or {}).items()}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except FileNotFoundError as error:
        raise UserError(f"{path} is missing; train again, or restore it from where the run came from.") from error
    except (safetensors.SafetensorError, ValueError, RecursionError) as error:
        raise UserError(f"{path} is damaged and can't be read ({error}); restore it or delete it.") from error
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror or error}); check the file's permissions.") from error
    return tensors, metadata


def load_weights(network: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copies tensors into the network; raises UserError where a name, shape, type or number is wrong."""
    expected = network.state_dict()
    for name in sorted(expected.keys() ^ tensors.keys()):
        problem = "lacks" if name in expected else "has the unknown"
        raise UserError(f"{path} {problem} tensor {name!r}; it is not a checkpoint of this kind of network.")
    for name, tensor in tensors.items():
        allowed = (torch.float32, torch.float16) if expected[name].is_floating_point() else (torch.int64,)
        if tensor.shape != expected[name].shape:
            raise UserError(
                f"{path}: tensor “{name}” is {tuple(tensor.shape)}, not {tuple(expected[name].shape)}; "
                "the file was altered or made by another program."
            )
        if tensor.dtype not in allowed:
            raise UserError(f"{path}: tensor “{name}” has the type {tensor.dtype}; the file was altered.")
        if not torch.isfinite(tensor).all():
            raise UserError(f"{path}: tensor “{name}” holds a number that is not finite; train again.")
    network.load_state_dict(dict(tensors))


def half_precision(network: nn.Module) -> dict[str, Tensor]:
    """Returns the network's tensors with the floating-point ones in half precision."""
    return {
        name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in network.state_dict().items()
    }


def write_generator(path: Path, generator: Generator) -> None:
    """Writes a generator in half precision, with its own shape in the metadata."""
    write_tensors(path, half_precision(generator), {"kind": "generator", "shape": asdict(generator.shape)})


def read_generator(path: Path) -> Generator:
    """Returns the generator in a file, float32, in evaluation mode; raises UserError as `read_tensors` does."""
    tensors, metadata = read_tensors(path)
    generator = Generator(_read_shape(GeneratorShape, "generator", metadata, path))
    load_weights(generator, tensors, path)
    return generator.eval().requires_grad_(False)


def write_discriminator(path: Path, discriminator: Discriminator, kimg: int | None = None) -> None:
    """Writes a discriminator in half precision; its own shape, and the kimg where it is known, in the metadata."""
    metadata: dict[str, object] = {"kind": "discriminator", "shape": asdict(discriminator.shape)}
    if kimg is not None:
        metadata["kimg"] = kimg
    write_tensors(path, half_precision(discriminator), metadata)


def read_discriminator(path: Path) -> Discriminator:
    """Returns the discriminator in a file, float32, in evaluation mode; raises UserError as `read_tensors` does."""
    return read_dated_discriminator(path)[0]


def read_dated_discriminator(path: Path) -> tuple[Discriminator, int | None]:
    """Returns what `read_discriminator` does, and the kimg at which it was saved, None where the file doesn't say."""
    tensors, metadata = read_tensors(path)
    discriminator = Discriminator(_read_shape(DiscriminatorShape, "discriminator", metadata, path))
    kimg = metadata.get("kimg")
    # By type: True is 1.
    if not (kimg is None or (type(kimg) is int and 0 <= kimg < NUMBER_LIMIT)):
        raise UserError(f"{path} claims kimg = {kimg!r}, which can't be; the file was altered.")
    load_weights(discriminator, tensors, path)
    return discriminator.eval().requires_grad_(False), kimg


Shape = TypeVar("Shape", GeneratorShape, DiscriminatorShape)
_ALLOWED: dict[str, Sequence[object]] = {
    "architecture": get_args(ArchitectureName),
    "normalization": get_args(NormalizationName),
    "image_size": IMAGE_SIZES,
    "channels": CHANNEL_COUNTS,
    "latent_size": range(2, MAX_LATENT_SIZE + 1),
    "width": range(2, MAX_WIDTH + 1, 2),
    "class_count": range(MAX_CLASS_COUNT + 1),
}


def _read_shape(shape: type[Shape], network: str, metadata: Mapping[str, object], path: Path) -> Shape:
    claimed = metadata.get("shape")
    # The first version had but one architecture, of one size, and named it.
    if metadata.get("kind") not in (network, f"dcgan {network}") or not isinstance(claimed, dict):
        raise UserError(f"{path} is not a {network} of this program; choose another file.")
    names = {field.name for field in fields(shape)}
    for name, value in claimed.items():
        if name not in names:
            raise UserError(f"{path} has the unknown property {name[:40]!a}; it needs a newer version of this program.")
        # By type as well: True is 1, and 64.0 is 64.
        if type(value) not in (int, str) or value not in _ALLOWED[name]:
            raise UserError(f"{path} claims {name} = {value!r}, which can't be; the file was altered.")
    try:
        return shape(**claimed)
    except TypeError as error:
        raise UserError(f"{path} does not say how large its network is; the file was altered.") from error
