"""Checkpoints: what is saved comes back, and no file, however wrong, does more than get one sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from gan import checkpoint
from gan.checkpoint import (
    read_dated_discriminator,
    read_discriminator,
    read_generator,
    write_discriminator,
    write_generator,
    write_tensors,
)
from gan.errors import UserError
from gan.networks import Discriminator, DiscriminatorShape, Generator, GeneratorShape
from gan.sampler import draw

FIRST_KERNEL = "layers.0.weight"
BATCHES = "layers.1.num_batches_tracked"
Tensors = dict[str, Tensor]
Metadata = dict[str, str]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "generator.safetensors"
    write_generator(path, Generator(GeneratorShape(2, 2)))
    return path.read_bytes()


def _refusal(path: Path) -> str:
    with pytest.raises(UserError) as refusal:
        read_generator(path)
    sentence = str(refusal.value)
    assert path.name in sentence
    assert sentence.isprintable() and sentence.endswith(".")
    return sentence


def test_a_generator_comes_back_in_half_precision_ready_to_draw(tmp_path: Path) -> None:
    generator = Generator(GeneratorShape(6, 4))
    generator.train()(torch.randn(8, 6))  # so that batch norm's statistics are not those of a new network
    write_generator(tmp_path / "g", generator)
    loaded = read_generator(tmp_path / "g")
    assert loaded.shape == generator.shape
    assert not loaded.training
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    for name, tensor in generator.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor.half().to(tensor.dtype)), name
    assert (tmp_path / "g").stat().st_size < 2 * sum(p.numel() for p in generator.parameters()) + 4000


def test_a_discriminator_comes_back_too(tmp_path: Path) -> None:
    discriminator = Discriminator(DiscriminatorShape(4))
    write_discriminator(tmp_path / "d", discriminator)
    loaded = read_discriminator(tmp_path / "d")
    for name, tensor in discriminator.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor.half().to(tensor.dtype)), name
    assert "is not a generator" in _refusal(tmp_path / "d")


def test_a_discriminator_knows_at_which_kimg_it_was_saved_unless_it_is_of_the_first_version(tmp_path: Path) -> None:
    path, discriminator = tmp_path / "d", Discriminator(DiscriminatorShape(4))
    for kimg in (0, 64, None):
        write_discriminator(path, discriminator, kimg)
        assert read_dated_discriminator(path)[1] == kimg
    metadata = {"kind": "discriminator", "shape": {"width": 4}}
    for claimed in (-1, 10**6, True, 64.0, "64", [64]):
        write_tensors(path, discriminator.state_dict(), {**metadata, "kimg": claimed})
        with pytest.raises(UserError, match=r"claims kimg = .*, which can't be; the file was altered"):
            read_discriminator(path)


@pytest.mark.parametrize(
    "shape",
    [
        GeneratorShape(4, 4, "mlp"),
        GeneratorShape(4, 2, "dcgan", 64, 3, 3),
        DiscriminatorShape(4, "mlp", 32, 3, 0, "layer"),
        DiscriminatorShape(2, "dcgan", 64, 1, 3, "spectral"),
        DiscriminatorShape(2, normalization="none"),
    ],
    ids=str,
)
def test_a_network_of_every_family_comes_back_with_its_shape(
    tmp_path: Path, shape: GeneratorShape | DiscriminatorShape
) -> None:
    network = Generator(shape) if isinstance(shape, GeneratorShape) else Discriminator(shape)
    if isinstance(network, Generator):
        write_generator(tmp_path / "n", network)
    else:
        write_discriminator(tmp_path / "n", network)
    loaded = (read_generator if isinstance(network, Generator) else read_discriminator)(tmp_path / "n")
    assert loaded.shape == shape
    for name, tensor in network.state_dict().items():
        assert torch.equal(loaded.state_dict()[name], tensor.half().to(tensor.dtype)), name


def test_a_file_of_the_first_version_which_names_one_architecture_is_read(tmp_path: Path, good: bytes) -> None:
    tensors = safetensors.torch.load(good)
    shape = json.dumps({"latent_size": 2, "width": 2})
    (tmp_path / "old").write_bytes(
        safetensors.torch.save(tensors, {"kind": json.dumps("dcgan generator"), "shape": shape})
    )
    assert read_generator(tmp_path / "old").shape == GeneratorShape(2, 2)
    with pytest.raises(UserError, match="is not a discriminator"):
        read_discriminator(tmp_path / "old")


def _drop(tensors: Tensors, metadata: Metadata) -> None:
    del tensors[FIRST_KERNEL]


def _add(tensors: Tensors, metadata: Metadata) -> None:
    tensors["evil\n\x1b[31m"] = torch.zeros(1)


def _reshape(tensors: Tensors, metadata: Metadata) -> None:
    tensors[FIRST_KERNEL] = tensors[FIRST_KERNEL].flatten()


def _empty(tensors: Tensors, metadata: Metadata) -> None:
    tensors[FIRST_KERNEL] = torch.zeros(0)


def _not_a_number(tensors: Tensors, metadata: Metadata) -> None:
    tensors[FIRST_KERNEL][0, 0, 0, 0] = float("nan")


def _infinite(tensors: Tensors, metadata: Metadata) -> None:
    tensors["layers.1.running_var"][0] = float("inf")


def _retype(name: str, dtype: torch.dtype) -> Callable[[Tensors, Metadata], None]:
    def retype(tensors: Tensors, metadata: Metadata) -> None:
        tensors[name] = tensors[name].to(dtype)

    return retype


def _describe(key: str, value: object) -> Callable[[Tensors, Metadata], None]:
    def describe(tensors: Tensors, metadata: Metadata) -> None:
        metadata[key] = value if isinstance(value, str) else json.dumps(value)

    return describe


@pytest.mark.parametrize(
    "change",
    [
        _drop,
        _add,
        _reshape,
        _empty,
        _not_a_number,
        _infinite,
        _retype(FIRST_KERNEL, torch.int32),
        _retype(FIRST_KERNEL, torch.float64),
        _retype(FIRST_KERNEL, torch.float8_e4m3fn),
        _retype(FIRST_KERNEL, torch.complex64),
        _retype(BATCHES, torch.float16),
        _retype(BATCHES, torch.bool),
        _describe("kind", "dcgan discriminator"),
        _describe("kind", ["dcgan generator"]),
        _describe("shape", None),
        _describe("shape", {"latent_size": 2}),
        _describe("shape", {"latent_size": 2, "width": 10**9}),
        _describe("shape", {"latent_size": 10**9, "width": 2}),
        _describe("shape", {"latent_size": -2, "width": 2}),
        _describe("shape", {"latent_size": 2, "width": 0}),
        _describe("shape", {"latent_size": 2, "width": 3}),
        _describe("shape", {"latent_size": 2, "width": 4}),
        _describe("shape", {"latent_size": "2", "width": 2}),
        _describe("shape", {"latent_size": True, "width": 2}),
        _describe("kind", "mlp generator"),
        _describe("shape", {"latent_size": 2, "width": 2, "architecture": "unet"}),
        _describe("shape", {"latent_size": 2, "width": 2, "architecture": "mlp"}),
        _describe("shape", {"latent_size": 2, "width": 2, "architecture": ["dcgan"]}),
        _describe("shape", {"latent_size": 2, "width": 2, "image_size": 10**6}),
        _describe("shape", {"latent_size": 2, "width": 2, "image_size": 32.0}),
        _describe("shape", {"latent_size": 2, "width": 2, "channels": 3}),
        _describe("shape", {"latent_size": 2, "width": 2, "class_count": 1001}),
        _describe("shape", {"latent_size": 2, "width": 2, "class_count": 3}),
        _describe("shape", {"latent_size": 2, "width": 2, "class_count": -1}),
        _describe("shape", {"latent_size": 2, "width": 2, "normalization": "batch"}),
        _describe("shape", "no JSON"),
        _describe("shape", "[" * 100_000),
        _describe("shape", "9" * 10_000),
    ],
)
def test_an_altered_file_gets_one_sentence(
    tmp_path: Path, good: bytes, change: Callable[[Tensors, Metadata], None]
) -> None:
    tensors = {name: tensor.clone() for name, tensor in safetensors.torch.load(good).items()}
    header = json.loads(good[8 : 8 + int.from_bytes(good[:8], "little")])
    metadata = header["__metadata__"]
    change(tensors, metadata)
    path = tmp_path / "altered.safetensors"
    path.write_bytes(safetensors.torch.save(tensors, metadata))
    _refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\xff" * 100,
        (2**63).to_bytes(8, "little") + b"{}",
        (2).to_bytes(8, "little") + b"{}",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        # A pickle, which an older kind of checkpoint would be: it is never opened as one.
        b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
    ],
    ids=["empty", "text", "ones", "huge header", "no tensors", "png", "pickle"],
)
def test_a_foreign_file_gets_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(content)
    _refusal(path)


def test_a_header_longer_than_any_of_ours_is_refused(tmp_path: Path, good: bytes) -> None:
    path = tmp_path / "long.safetensors"
    end = 8 + int.from_bytes(good[:8], "little")

    def write_with_header_of(size: int) -> None:
        path.write_bytes(size.to_bytes(8, "little") + good[8:end].ljust(size) + good[end:])

    write_with_header_of(2**20)
    read_generator(path)
    write_with_header_of(2**20 + 1)
    assert "its header claims 1,048,577 bytes" in _refusal(path)


def test_a_missing_file_and_a_folder_get_one_sentence(tmp_path: Path) -> None:
    assert "is missing" in _refusal(tmp_path / "nothing.safetensors")
    (tmp_path / "folder.safetensors").mkdir()
    _refusal(tmp_path / "folder.safetensors")


def test_a_file_of_the_wrong_size_is_not_even_opened(
    tmp_path: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "oversize.safetensors"
    path.write_bytes(good)
    monkeypatch.setattr(checkpoint, "MAX_FILE_BYTES", len(good) - 1)
    monkeypatch.setattr(checkpoint.safetensors, "safe_open", lambda *_, **__: pytest.fail("opened"))
    assert "more than any checkpoint" in _refusal(path)


def test_more_classes_than_may_be_trained_are_refused_though_all_of_them_are_there(tmp_path: Path) -> None:
    for class_count in (1000, 1001):
        write_generator(tmp_path / f"{class_count}", Generator(GeneratorShape(2, 2, class_count=class_count)))
    assert read_generator(tmp_path / "1000").shape.class_count == 1000
    assert "claims class_count = 1001" in _refusal(tmp_path / "1001")


def test_the_largest_run_that_may_be_trained_can_be_read_back() -> None:
    from gan.config import MAX_LATENT_SIZE, MAX_WIDTH

    with torch.device("meta"):
        generator = Generator(GeneratorShape(MAX_LATENT_SIZE, MAX_WIDTH))
        discriminator = Discriminator(DiscriminatorShape(MAX_WIDTH))
    counts = [sum(p.numel() for p in network.parameters()) for network in (generator, discriminator)]
    # The state: weights and two moments of both, and the average, in float32.
    assert 4 * (4 * counts[0] + 3 * counts[1]) < checkpoint.MAX_FILE_BYTES


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_random_damage_never_raises_anything_else(tmp_path: Path, good: bytes, data: st.DataObject) -> None:
    damaged = bytearray(good)
    # The header is a small part of the file and the interesting one.
    header_length = 8 + int.from_bytes(good[:8], "little")
    places = st.integers(0, header_length - 1) | st.integers(0, len(good) - 1)
    for position in data.draw(st.lists(places, max_size=4)):
        damaged[position] ^= data.draw(st.integers(1, 255))
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(damaged[: data.draw(st.integers(0, len(good)) | st.just(len(good)))])
    try:
        generator = read_generator(path)
    except UserError as error:
        assert "\n" not in str(error)
    else:
        # A flipped bit of a weight can't be known: it draws, if perhaps a worse picture.
        assert draw(generator, [0]).shape == (1, 1, 28, 28)
