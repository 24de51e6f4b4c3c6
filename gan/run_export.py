"""A run as one zip file that can be handed on."""

import json
import re
import zipfile
from pathlib import Path
from typing import BinaryIO

from gan.errors import UserError
from gan.job_progress import Report
from gan.picture_folder import FOLDER_PREFIX
from gan.run_log import read_record
from gan.run_source import open_regular, refuse_too_large, run_files_in

# The earliest that a zip can say: exporting a run twice gives the same bytes.
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE_MODE = 0o100644 << 16
# Text is; tensors and PNG pictures hardly get smaller.
_COMPRESSED_ENDINGS = (".json", ".jsonl", ".txt")
_CHUNK_BYTES = 2**20
# The folders of a path that begins at a disk's root; an apostrophe in a word is part of a name, else it ends a path.
_FOLDERS = re.compile(r"(?<!\w)([A-Za-z]:)?[/\\](([^/\\:;'\"]|(?<=\w)'(?=\w))+[/\\])+")


def export_run(run: Path, stream: BinaryIO, report: Report) -> int:
    """Writes a run as a zip with one top folder, and returns how many rungs are in it.

    The run may be in training. Where things lie on this computer is left out: of the paths that run.json speaks of,
    that of the pictures' folder above all, the last part alone goes with it. Raises UserError where the run is damaged,
    has no rung or has a link in it; OSError.
    """
    read_record(run)
    files = run_files_in(run)
    # The state comes first, and the other files are listed after it: a run may have more than its state knows of,
    # never less.
    state = _read(run, "state.safetensors") if "state.safetensors" in files else None
    files = run_files_in(run)
    total_bytes = 1 + sum(path.lstat().st_size for path in files.values() if path.exists())
    rungs, done_bytes = 0, 0
    with zipfile.ZipFile(stream, "w") as archive:
        for name in files:
            content = state if name == "state.safetensors" else _read(run, name)
            if content is None:
                continue
            if name == "run.json":
                content = _without_places(content)
            archive.writestr(_entry(run, name), content)
            rungs += name.startswith("ladder/")
            done_bytes += len(content)
            report(min(1.0, done_bytes / total_bytes), f"packing {name}")
    if not rungs:
        raise UserError(f"{run} has no rung in its ladder yet; train for 2 kimg or more.")
    return rungs


def _without_places(content: bytes) -> bytes:
    """Returns the content of a good run.json with the last part alone of each path; without any, its own bytes."""
    record = json.loads(content)
    config, failure = record["config"], record.get("failure", "")
    dataset = config.get("dataset", "")
    if dataset.startswith(FOLDER_PREFIX):
        # Of either kind of computer: the run may have come from another one.
        name = re.split(r"[/\\]", dataset.removeprefix(FOLDER_PREFIX).rstrip("/\\"))[-1]
        config = {**config, "dataset": FOLDER_PREFIX + (name or "pictures")}
    told = {**record, "config": config}
    if failure:
        told["failure"] = _FOLDERS.sub("", failure)
    return content if told == record else (json.dumps(told, indent=2) + "\n").encode()


def _entry(run: Path, name: str) -> zipfile.ZipInfo:
    # A folder may be called what no zip of ours may hold, “C:\x” for one.
    top = re.sub(r"[^\w .()+-]", "-", run.resolve().name)
    entry = zipfile.ZipInfo(f"{top}/{name}", _TIMESTAMP)
    entry.create_system = _UNIX
    entry.external_attr = _FILE_MODE
    entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(_COMPRESSED_ENDINGS) else zipfile.ZIP_STORED
    return entry


def _read(run: Path, name: str) -> bytes | None:
    """Returns the content of a file, of stats.jsonl its whole lines; None where the trainer has just deleted it."""
    content = bytearray()
    try:
        # Whole at once: on Windows the trainer can't replace a file while somebody has it open.
        with open_regular(run / name) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                content += chunk
                refuse_too_large(name, len(content), run)
    except FileNotFoundError:
        return None
    return bytes(content[: content.rfind(b"\n") + 1] if name == "stats.jsonl" else content)
