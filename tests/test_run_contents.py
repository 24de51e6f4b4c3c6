"""What is in the files of a run from a stranger: whatever can't be trusted refuses the run."""

import io
import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from shared_run import refusal


@pytest.fixture
def run(good_run: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good_run, tmp_path / "run"))


def replace_in(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        content = (run / name).read_bytes()
        assert old in content
        (run / name).write_bytes(content.replace(old, new, 1))

    return change


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda run: (run / name).write_bytes(content) and None


def png(mode: str, size: tuple[int, int], kind: str = "PNG") -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.new(mode, size).save(stream, kind)
    return stream.getvalue()


def long_header() -> bytes:
    """A file that declares 40,000 tensors without a number in them."""
    empty = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({str(number): empty for number in range(40_000)}).encode()
    return struct.pack("<Q", len(header)) + header


def huge_png(side: int) -> bytes:
    """A PNG that claims side × side pixels."""
    import zlib

    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    content = png("L", (224, 224))
    return content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:]


def poison(run: Path) -> None:
    """A variance below zero: every weight is finite, and every pixel is not."""
    import torch

    from gan.checkpoint import read_generator, write_generator

    generator = read_generator(run / "ladder/000004.safetensors")
    generator.state_dict()["layers.1.running_var"].copy_(torch.full((8,), -1.0))
    write_generator(run / "ladder/000004.safetensors", generator)


def widen(run: Path) -> None:
    from gan.checkpoint import write_generator
    from gan.networks import Generator, GeneratorShape

    write_generator(run / "ladder/000004.safetensors", Generator(GeneratorShape(4, 6)))


def set_step(step: int) -> Callable[[Path], None]:
    def change(run: Path) -> None:
        from gan.checkpoint import read_tensors, write_tensors

        tensors, metadata = read_tensors(run / "state.safetensors")
        write_tensors(run / "state.safetensors", tensors, metadata | {"step": step})

    return change


TICK = b'{"kimg":1.0,"step":1,"seconds":1,"images_per_second":1,"generator_loss":1,"discriminator_loss":1,'
TICK += b'"real_probability":0.5,"fake_probability":0.5%s}\n'


@pytest.mark.parametrize(
    ("spoil", "problem"),
    {
        "record": (write("run.json", b"[" * 60_000), "run.json is damaged"),
        "version": (replace_in("run.json", b'_version": 2', b'_version": 3'), "has format 3"),
        "config": (replace_in("run.json", b'"latent_size": 4', b'"latent_size": 99999'), "latent-size is 99999"),
        "other config": (replace_in("run.json", b'"latent_size": 4', b'"latent_size": 5'), "another size"),
        "text": (replace_in("run.json", b'"CPU"', b'"C\\nPU"'), "can't be shown"),
        "long text": (replace_in("run.json", b'"CPU"', b'"' + b"C" * 501 + b'"'), "can't be shown"),
        "no tick": (write("stats.jsonl", TICK % b"" + b"hello\n"), "line 2"),
        "long line": (write("stats.jsonl", b" " * 3000 + TICK % b""), "line 1"),
        "many lines": (write("stats.jsonl", b"\n" * 300_001), "more than 300,000 lines"),
        "infinite": (write("stats.jsonl", TICK.replace(b"1.0", b"1e999") % b""), "line 1"),
        "not a number": (write("stats.jsonl", TICK.replace(b"1.0", b"NaN") % b""), "line 1"),
        "400 digits": (write("stats.jsonl", TICK.replace(b"1.0", b"1" * 400) % b""), "line 1"),
        "negative": (write("stats.jsonl", TICK.replace(b"1.0", b"-1.0") % b""), "line 1"),
        "true": (write("stats.jsonl", TICK.replace(b"1.0", b"true") % b""), "line 1"),
        "no probability": (write("stats.jsonl", TICK.replace(b"0.5,", b"1.5,") % b""), "line 1"),
        "counts": (write("stats.jsonl", TICK % b',"class_counts":[1,2]'), "line 1"),
        "count": (write("stats.jsonl", TICK % b',"class_counts":[0,0,0,0,0,0,0,0,0,-1]'), "line 1"),
        "backwards": (write("stats.jsonl", TICK.replace(b'"step":1', b'"step":2') % b"" + TICK % b""), "line 2"),
        "hidden": (write("stats.jsonl", TICK.replace(b"1.0", b"true") % b"" + TICK % b""), "line 1"),
        "rung": (write("ladder/000002.safetensors", b"\xff" * 100), "ladder/000002.safetensors is damaged"),
        "huge header": (write("ladder/000002.safetensors", b"\xff" * 7 + b"\x00{}"), "is damaged"),
        "long header": (write("ladder/000002.safetensors", long_header()), "its header claims 2,"),
        "rung of another size": (widen, "another size"),
        "numbers": (poison, "not made of finite numbers"),
        "no rung": (lambda run: shutil.rmtree(run / "ladder"), "no rung"),
        "discriminator": (
            lambda run: shutil.copy(run / "ladder/000002.safetensors", run / "discriminator.safetensors") and None,
            "is not a discriminator",
        ),
        "no picture": (write("samples/000002.png", b"\x89PNG\r\n\x1a\n"), "samples/000002.png is damaged"),
        "colour": (write("samples/000002.png", png("RGB", (224, 224))), "224×224 pixels of kind RGB"),
        "size": (write("samples/000002.png", png("L", (225, 224))), "225×224"),
        "other format": (write("samples/000002.png", png("L", (224, 224), "BMP")), "is damaged"),
        "picture bomb": (write("samples/000002.png", huge_png(50_000)), "samples/000002.png is damaged"),
        "small picture bomb": (write("samples/000002.png", huge_png(10_000)), "samples/000002.png is damaged"),
        "state": (write("state.safetensors", b""), "state.safetensors is damaged"),
        "state of nothing": (
            lambda run: shutil.copy(run / "ladder/000002.safetensors", run / "state.safetensors") and None,
            "is not the state of a run",
        ),
        "far step": (set_step(10**9), "come to step 1,000,000,000"),
    }.values(),
    ids=lambda value: value.replace("/", "-") if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_trusted_refuses_the_run(
    run: Path, tmp_path: Path, spoil: Callable[[Path], None], problem: str, recwarn: pytest.WarningsRecorder
) -> None:
    spoil(run)
    assert problem in refusal(run, tmp_path)
    assert not recwarn.list
