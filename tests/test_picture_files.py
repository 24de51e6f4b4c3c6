"""Picture files: what a person sees in them is what is decoded, and no file does harm."""

import os
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torchvision.transforms import CenterCrop, Resize

from gan.picture_files import decode_files, decode_picture

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def photo(width: int, height: int, seed: int = 0) -> Image.Image:
    """Smooth colours, as photographs have them."""
    noise = np.random.default_rng(seed).integers(0, 256, (5, 4, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png(width: int, height: int, depth: int, colour: int, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG file by hand, for what Pillow can't write."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    end = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + end


def colour_of(content: bytes, size: int = 28) -> list[int]:
    """The one colour of a picture that has only one."""
    pixels = decode_picture(content, size, 3)
    assert pixels.shape == (3, size, size)
    assert (pixels == pixels[:, :1, :1]).all()
    return [int(level) for level in pixels[:, 0, 0]]


def problem_with(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    (decoded,) = decode_files([path], 28, 3)
    assert decoded.pixels is None and decoded.digest == b""
    assert "\n" not in decoded.problem
    return decoded.problem


@pytest.mark.parametrize("shape", [(178, 218), (640, 480), (100, 101), (33, 47), (20, 13), (64, 64), (65, 300)])
@pytest.mark.parametrize("size", [28, 32, 64])
def test_a_picture_is_scaled_and_cut_as_torchvision_does(shape: tuple[int, int], size: int) -> None:
    image = photo(*shape)
    expected = np.asarray(CenterCrop(size)(Resize(size)(image))).transpose(2, 0, 1)
    assert np.array_equal(decode_picture(saved(image), size, 3), expected)


def test_a_face_of_celeba_is_that_of_the_usual_transform() -> None:
    content = saved(photo(178, 218), "JPEG", quality=90)
    expected = CenterCrop(64)(Resize(64)(Image.open(BytesIO(content))))
    assert np.array_equal(decode_picture(content, 64, 3), np.asarray(expected).transpose(2, 0, 1))


def test_a_large_jpeg_is_nearly_what_it_is_decoded_in_full() -> None:
    image = photo(2000, 1500)
    expected = np.asarray(CenterCrop(32)(Resize(32)(image))).transpose(2, 0, 1)
    differences = decode_picture(saved(image, "JPEG", quality=95), 32, 3).astype(int) - expected
    assert abs(differences).max() <= 4 and abs(differences).mean() < 1


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read_in_grey_and_colour(kind: str) -> None:
    content = saved(Image.new("RGB", (40, 30), RED), kind)
    colour, grey = decode_picture(content, 28, 3), decode_picture(content, 28, 1)
    assert (colour.shape, grey.shape, grey.dtype) == ((3, 28, 28), (1, 28, 28), np.uint8)
    assert abs(colour[:, 14, 14].astype(int) - RED).max() <= 3
    # ITU-R 601: red makes 0.299 of the brightness.
    assert abs(int(grey[0, 14, 14]) - 0.299 * 255) <= 3
    assert colour.flags.c_contiguous and grey.flags.c_contiguous


# Where the stored picture's first pixel, and the last of its first row, are seen (Exif 2.3, table of Orientation).
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "first", "last"),
    [
        (1, "top left", "top right"),
        (2, "top right", "top left"),
        (3, "bottom right", "bottom left"),
        (4, "bottom left", "bottom right"),
        (5, "top left", "bottom left"),
        (6, "top right", "bottom right"),
        (7, "bottom right", "top right"),
        (8, "bottom left", "top left"),
    ],
)
def test_a_photograph_is_upright(kind: str, orientation: int, first: str, last: str) -> None:
    image = Image.new("RGB", (96, 96))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 31, 31), fill=RED)
    draw.rectangle((64, 0, 95, 31), fill=GREEN)
    exif = Image.Exif()
    exif[0x0112] = orientation
    pixels = decode_picture(saved(image, kind, exif=exif), 32, 3)
    corners = {"top left": (2, 2), "top right": (2, 29), "bottom left": (29, 2), "bottom right": (29, 29)}
    for name, (row, column) in corners.items():
        wanted = {first: RED, last: GREEN}.get(name, (0, 0, 0))
        assert abs(pixels[:, row, column].astype(int) - wanted).max() < 40, name


def test_what_is_transparent_lies_on_white_paper() -> None:
    assert colour_of(saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)))) == [255, 255, 255]
    assert colour_of(saved(Image.new("RGBA", (40, 40), (9, 9, 9, 0)), "WEBP", lossless=True)) == [255, 255, 255]
    assert colour_of(saved(Image.new("LA", (40, 40), (0, 0)))) == [255, 255, 255]
    assert colour_of(saved(Image.new("RGBA", (40, 40), (0, 0, 0, 51)))) == [204, 204, 204]
    assert colour_of(saved(Image.new("RGBA", (40, 40), (255, 0, 0, 102)))) == [255, 153, 153]
    assert colour_of(saved(Image.new("RGB", (40, 40), (1, 2, 3)), transparency=(1, 2, 3))) == [255, 255, 255]
    assert colour_of(saved(Image.new("L", (40, 40), 7), transparency=7)) == [255, 255, 255]


@pytest.mark.parametrize("transparency", [0, b"\x00\xff"], ids=["one colour", "an alpha for each"])
def test_a_palette_may_have_a_transparent_colour(transparency: int | bytes) -> None:
    image = Image.new("P", (64, 64))
    image.putpalette([0, 0, 0, 0, 0, 255])
    ImageDraw.Draw(image).rectangle((0, 0, 63, 31), fill=1)
    pixels = decode_picture(saved(image, transparency=transparency), 32, 3)
    assert pixels[:, 4, 4].tolist() == [0, 0, 255]
    assert pixels[:, 28, 4].tolist() == [255, 255, 255]


def test_a_hidden_colour_below_transparency_does_not_bleed_into_the_edge() -> None:
    image = Image.new("RGBA", (64, 64), (0, 255, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 32, 63), fill=(255, 0, 0, 255))
    pixels = decode_picture(saved(image), 32, 3).astype(int)
    # Red on white: as much green as blue everywhere.
    assert abs(pixels[1] - pixels[2]).max() <= 1


@pytest.mark.parametrize(("level", "expected"), [(0, 0), (257, 1), (1000, 4), (32896, 128), (65535, 255)])
def test_16_bits_of_grey_are_divided_and_not_cut_off(level: int, expected: int) -> None:
    rows = (b"\0" + struct.pack(">H", level) * 8) * 8
    assert colour_of(png(8, 8, 16, 0, rows)) == [expected] * 3
    colour = (b"\0" + struct.pack(">HHH", level, 0, 65535) * 8) * 8
    assert colour_of(png(8, 8, 16, 2, colour))[1:] == [0, 255]


def test_black_and_white_and_cmyk_are_read() -> None:
    assert colour_of(saved(Image.new("1", (40, 40), 1))) == [255, 255, 255]
    assert colour_of(saved(Image.new("CMYK", (40, 40), (0, 0, 0, 0)), "JPEG")) == [255, 255, 255]
    cyan = colour_of(saved(Image.new("CMYK", (40, 40), (255, 0, 0, 0)), "JPEG"))
    assert cyan[0] <= 3 and min(cyan[1:]) >= 252


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_film_the_first_frame_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, GREEN, BLUE)]
    content = saved(frames[0], kind, save_all=True, append_images=frames[1:], lossless=True)
    assert abs(np.array(colour_of(content)) - RED).max() <= 3


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (1, 65_000), (1, 1), (3, 2)])
def test_a_strip_is_cut_before_it_is_scaled(shape: tuple[int, int]) -> None:
    assert colour_of(saved(Image.new("RGB", shape, BLUE)), 64) == [0, 0, 255]


def test_the_longest_strip_does_not_fill_the_memory() -> None:
    # Scaled as a whole, it would have 64×640,000,000 pixels.
    assert colour_of(png(1, 10_000_000, 8, 0, b"\0\x80" * 10_000_000), 64) == [128, 128, 128]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is empty"),
        (b"This is no picture.\n", "it is no PNG, JPEG, GIF, BMP or WebP picture"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "it is no PNG, JPEG, GIF, BMP or WebP picture"),
        (saved(photo(99, 99), "JPEG")[:-700], "it is damaged"),
        (saved(photo(99, 99))[:-500], "it is damaged"),
        (saved(photo(99, 99), "WEBP")[:-100], "it is"),
        (png(20_000, 20_000, 8, 2, b"\0" * 1000), "it has too many pixels"),
        (png(10_000, 10_000, 1, 0, b"\0" * 1000), "it has too many pixels"),
        (saved(photo(9, 9), "TIFF"), "it is no PNG, JPEG, GIF, BMP or WebP picture"),
        (saved(photo(9, 9), "ICO"), "it is no PNG, JPEG, GIF, BMP or WebP picture"),
    ],
    ids=["empty", "text", "EPS", "JPEG cut", "PNG cut", "WebP cut", "400 MP", "100 MP", "TIFF", "ICO"],
)
def test_a_file_that_can_not_be_used_has_its_reason(tmp_path: Path, content: bytes, problem: str) -> None:
    assert problem in problem_with(tmp_path, content)


def test_what_is_no_file_has_its_reason_too_and_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "huge").touch()
    os.truncate(tmp_path / "huge", 2**40)  # takes no space
    paths = [tmp_path / name for name in ("folder", "loop", "nowhere", "pipe", "huge", "gone")]
    problems = [decoded.problem for decoded in decode_files(paths, 28, 1)]
    assert problems[0] == problems[3] == "it is no ordinary file"
    assert problems[4] == "it has more than 256 MiB"
    assert problems[2] == problems[5] == "it can't be read (No such file or directory)"
    assert "can't be read" in problems[1]


@pytest.mark.skipif(os.getuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_has_its_reason(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(saved(photo(9, 9)))
    (tmp_path / "secret").chmod(0)
    assert [decoded.problem for decoded in decode_files([tmp_path / "secret"], 28, 1)] == [
        "it can't be read (Permission denied)"
    ]


def test_many_files_come_in_their_order_with_the_digest_of_their_bytes(tmp_path: Path) -> None:
    from hashlib import sha256

    contents = [saved(Image.new("L", (2, 2), level % 256)) for level in range(300)]
    contents[123] = b"broken"
    paths = [tmp_path / str(number) for number in range(300)]
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    decoded = list(decode_files(paths, 28, 1))
    assert [each.pixels is None for each in decoded] == [number == 123 for number in range(300)]
    for number, (each, content) in enumerate(zip(decoded, contents, strict=True)):
        if each.pixels is not None:
            assert (each.pixels == number % 256).all() and each.digest == sha256(content).digest()


_SEEDS = {kind: saved(photo(40, 31), kind) for kind in FORMATS} | {
    "palette": saved(photo(40, 31).quantize(16), transparency=b"\0\xff\x80"),
    "EXIF": saved(
        photo(40, 31), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    ),
}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(list(_SEEDS)), damage=st.data())
def test_no_damage_raises_hangs_or_prints(
    tmp_path_factory: pytest.TempPathFactory, capfd: pytest.CaptureFixture[str], kind: str, damage: st.DataObject
) -> None:
    content = bytearray(_SEEDS[kind])
    for position in damage.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[position] = damage.draw(st.integers(0, 255))
    content = content[: damage.draw(st.integers(0, len(content)))]
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(content)
    (decoded,) = decode_files([path], 28, 3)
    assert (decoded.pixels is None) == bool(decoded.problem)
    if decoded.pixels is not None:
        assert (decoded.pixels.shape, decoded.pixels.dtype) == ((3, 28, 28), np.uint8)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("make", [lambda: photo(30, 30), lambda: Image.new("I;16", (30, 30), 500)])
def test_pictures_can_be_written_to(make: Callable[[], Image.Image]) -> None:
    pixels: NDArray[np.uint8] = decode_picture(saved(make()), 28, 1)
    assert pixels.shape == (1, 28, 28)
