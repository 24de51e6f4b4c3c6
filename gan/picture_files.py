"""Picture files as squares of one size: decoded on all cores, and with distrust; no torch in here."""

import os
import stat
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

# Named one by one: Pillow knows formats that start other programs, such as PostScript.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
MAX_FILE_BYTES = 2**28
# Each may hold a picture of 89 megapixels.
_MAX_THREADS = 16
_MAX_ASPECT = 16


@dataclass(frozen=True, slots=True)
class DecodedFile:
    """A file's picture, uint8 (channels, size, size), and the SHA-256 of its bytes; or why there is no picture."""

    pixels: NDArray[np.uint8] | None
    digest: bytes = b""
    problem: str = ""


def decode_files(paths: Sequence[Path], size: int, channels: int) -> Iterator[DecodedFile]:
    """Yields what is in each file, in the order given; a file that can't be used has a `problem`, and stops nothing."""
    threads = min(_MAX_THREADS, os.cpu_count() or 1)
    decode = partial(_decode_file, size=size, channels=channels)
    with warnings.catch_warnings(), ThreadPoolExecutor(threads) as pool:
        # Of a damaged file Pillow may warn on standard error; one that unpacks to too much is an error from the start.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        # A few at a time, so that Ctrl-C doesn't wait for all of them.
        for start in range(0, len(paths), 16 * threads):
            yield from pool.map(decode, paths[start : start + 16 * threads])


def _decode_file(path: Path, size: int, channels: int) -> DecodedFile:
    try:
        status = path.stat()
        # A pipe called picture.png would never end.
        if not stat.S_ISREG(status.st_mode):
            return DecodedFile(None, problem="it is no ordinary file")
        if status.st_size > MAX_FILE_BYTES:
            return DecodedFile(None, problem=f"it has more than {MAX_FILE_BYTES // 2**20} MiB")
        content = path.read_bytes()
    except OSError as error:
        return DecodedFile(None, problem=f"it can't be read ({error.strerror or error})")
    if not content:
        return DecodedFile(None, problem="it is empty")
    try:
        return DecodedFile(decode_picture(content, size, channels), sha256(content).digest())
    except UnidentifiedImageError:
        return DecodedFile(None, problem="it is no PNG, JPEG, GIF, BMP or WebP picture")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return DecodedFile(None, problem="it has too many pixels")
    except Exception as error:
        # Pillow promises no kinds of errors: a damaged file raises what its decoder happens to stumble over.
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        return DecodedFile(None, problem=f"it is damaged ({reason})")


def decode_picture(content: bytes, size: int, channels: int) -> NDArray[np.uint8]:
    """Returns a file's (first) picture, upright, on white where it is transparent: uint8 (channels, size, size).

    The short side is scaled to `size` with antialiasing and the centre is cut out, as torchvision's Resize and
    CenterCrop do. Colour profiles are not applied. Raises whatever Pillow raises.
    """
    with Image.open(BytesIO(content), formats=FORMATS) as file:
        # A JPEG can be decoded at an eighth of its size; twice the wanted one leaves the scaling to the better filter.
        file.draft(None, (2 * size, 2 * size))
        ImageOps.exif_transpose(file, in_place=True)
        image = _scalable(file)
    short = min(image.size)
    # The whole of a long strip, scaled, could fill the memory.
    image = _cut(image, _MAX_ASPECT * short, _MAX_ASPECT * short)
    scaled = (size * image.width // short, size * image.height // short)
    image = _cut(image.resize(scaled, Image.Resampling.BILINEAR), size, size)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"))
    return np.ascontiguousarray(np.atleast_3d(pixels).transpose(2, 0, 1))


def _scalable(image: Image.Image) -> Image.Image:
    """Returns the picture as L, RGB or RGBA: the other modes have no colours between two pixels."""
    if image.mode.startswith("I"):
        # 16 bits, which Pillow's own conversion cuts off at 255 instead of dividing.
        levels = np.asarray(image).astype(np.int64)
        return Image.fromarray(((levels.clip(0, 65535) + 128) // 257).astype(np.uint8))
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _cut(image: Image.Image, width: int, height: int) -> Image.Image:
    """Returns the centre of a picture, at most as large as given."""
    width, height = min(width, image.width), min(height, image.height)
    left, top = round((image.width - width) / 2), round((image.height - height) / 2)
    return image.crop((left, top, left + width, top + height))
