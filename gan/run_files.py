"""Which files belong to a run that is handed on, and how large each may be."""

import re
from dataclasses import dataclass

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class FileKind:
    """Files of one kind: their names in a run, the most bytes of one, and the most of them."""

    name: re.Pattern[str]
    max_bytes: int
    max_count: int = 1


# Above what the widest networks of `gan.config` need (`tests/test_run_files.py` says how far).
KINDS = (
    FileKind(re.compile(r"run\.json"), MEBIBYTE),
    FileKind(re.compile(r"name\.txt"), MEBIBYTE // 1024),
    FileKind(re.compile(r"stats\.jsonl"), 64 * MEBIBYTE),
    FileKind(re.compile(r"ladder/[0-9]{6}\.safetensors"), 64 * MEBIBYTE, 256),
    FileKind(re.compile(r"samples/[0-9]{6}\.png"), MEBIBYTE, 1000),
    FileKind(re.compile(r"discriminator\.safetensors"), 64 * MEBIBYTE),
    FileKind(re.compile(r"held-out\.safetensors"), 16 * MEBIBYTE),
    FileKind(re.compile(r"state\.safetensors"), 512 * MEBIBYTE),
)
FOLDERS = ("ladder", "samples")
MAX_TOTAL_BYTES = 2048 * MEBIBYTE


def kind_of(name: str) -> FileKind | None:
    """Returns the kind of a file by its name in the run, as in `ladder/000064.safetensors`; None: not to be taken."""
    return next((kind for kind in KINDS if kind.name.fullmatch(name)), None)
