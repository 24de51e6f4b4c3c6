"""Messages between the window and the forger: a line of JSON, then as many raw bytes as it announces.

No pickle: neither side can make the other run anything.
"""

import json
from typing import Any, BinaryIO

MAX_HEADER_BYTES = 4 * 2**20
MAX_PAYLOAD_BYTES = 64 * 2**20


def write_message(stream: BinaryIO, header: dict[str, Any], payload: bytes = b"") -> None:
    """Writes one message and flushes it; raises OSError where the other side is gone."""
    stream.write(json.dumps([header, len(payload)]).encode() + b"\n" + payload)
    stream.flush()


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Returns the next message, or None where the other side closed; raises ValueError on anything else."""
    line = stream.readline(MAX_HEADER_BYTES)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise ValueError("a message was cut, or its header is too long")
    try:
        header, size = json.loads(line)
    except (TypeError, RecursionError) as error:
        raise ValueError("a message has a header of the wrong kind") from error
    if not isinstance(header, dict) or type(size) is not int or not 0 <= size <= MAX_PAYLOAD_BYTES:
        raise ValueError(f"a message has a header of the wrong kind, or announces {size!r} bytes")
    payload = stream.read(size)
    return (header, payload) if len(payload) == size else None
