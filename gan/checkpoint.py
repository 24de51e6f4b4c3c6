"""Tensors on disk: safetensors files, checked in full before a single weight is used."""

import json
from collections.abc import Mapping
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from gan.atomic_file import write_atomically
from gan.config import MAX_LATENT_SIZE, MAX_WIDTH
from gan.errors import UserError
from gan.networks import Discriminator, DiscriminatorShape, Generator, GeneratorShape

# A checkpoint may come from a stranger: nothing larger than this is opened; the widest run's state has half of it.
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
    shape = {"latent_size": generator.shape.latent_size, "width": generator.shape.width}
    write_tensors(path, half_precision(generator), {"kind": "dcgan generator", "shape": shape})


def read_generator(path: Path) -> Generator:
    """Returns the generator in a file, float32, in evaluation mode; raises UserError as `read_tensors` does."""
    tensors, metadata = read_tensors(path)
    shape = GeneratorShape(
        latent_size=_size(metadata, "generator", "latent_size", MAX_LATENT_SIZE, path),
        width=_size(metadata, "generator", "width", MAX_WIDTH, path),
    )
    generator = Generator(shape)
    load_weights(generator, tensors, path)
    return generator.eval().requires_grad_(False)


def write_discriminator(path: Path, discriminator: Discriminator) -> None:
    """Writes a discriminator in half precision, with its own shape in the metadata."""
    shape = {"width": discriminator.shape.width}
    write_tensors(path, half_precision(discriminator), {"kind": "dcgan discriminator", "shape": shape})


def read_discriminator(path: Path) -> Discriminator:
    """Returns the discriminator in a file, float32, in evaluation mode; raises UserError as `read_tensors` does."""
    tensors, metadata = read_tensors(path)
    discriminator = Discriminator(DiscriminatorShape(_size(metadata, "discriminator", "width", MAX_WIDTH, path)))
    load_weights(discriminator, tensors, path)
    return discriminator.eval().requires_grad_(False)


def _size(metadata: Mapping[str, object], network: str, name: str, maximum: int, path: Path) -> int:
    shape = metadata.get("shape")
    if metadata.get("kind") != f"dcgan {network}" or not isinstance(shape, dict):
        raise UserError(f"{path} is not a {network} of this program; choose another file.")
    size = shape.get(name)
    if type(size) is not int or not 2 <= size <= maximum:
        raise UserError(f"{path} claims {name} = {size!r}, outside 2 to {maximum}; the file was altered.")
    return size
