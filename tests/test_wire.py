"""Messages arrive as they were sent, or not at all; a broken stream never makes a reader wait or guess."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan import wire
from gan.wire import MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES, read_message, write_message

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
headers = st.dictionaries(st.text() | st.just("payload_bytes"), values, max_size=5)


def message(header: dict[str, Any], payload: bytes = b"") -> bytes:
    stream = BytesIO()
    write_message(stream, header, payload)
    return stream.getvalue()


@given(st.lists(st.tuples(headers, st.binary(max_size=200)), min_size=1, max_size=4))
def test_messages_come_back_in_order_then_the_end(sent: list[tuple[dict[str, Any], bytes]]) -> None:
    stream = BytesIO(b"".join(message(*each) for each in sent))
    assert [read_message(stream) for _ in sent] == sent
    assert read_message(stream) is None


@given(headers, st.binary(max_size=60))
def test_a_message_cut_anywhere_is_never_taken_for_one(header: dict[str, Any], payload: bytes) -> None:
    whole = message(header, payload)
    for length in range(len(whole)):
        try:
            assert read_message(BytesIO(whole[:length])) is None
        except ValueError:
            assert length > 0


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"\xff\xfe",
        b"{}",
        b"[]",
        b"7",
        b"[[], 0]",
        b"[{}]",
        b"[{}, 0, 0]",
        b'[{}, "1"]',
        b"[{}, 1.0]",
        b"[{}, true]",
        b"[{}, null]",
        b"[{}, -1]",
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):
        read_message(BytesIO(line + b"\n" + bytes(10)))


def test_a_payload_of_the_largest_size_passes_and_one_byte_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_PAYLOAD_BYTES >= 1000 * 28 * 28
    monkeypatch.setattr(wire, "MAX_PAYLOAD_BYTES", 100)
    assert read_message(BytesIO(message({}, bytes(100)))) == ({}, bytes(100))
    with pytest.raises(ValueError, match="101"):
        read_message(BytesIO(message({}, bytes(101))))


def test_an_endless_line_is_not_read_to_its_end() -> None:
    stream = BytesIO(b" " * (2 * MAX_HEADER_BYTES))
    with pytest.raises(ValueError):
        read_message(stream)
    assert stream.tell() <= MAX_HEADER_BYTES


def test_a_request_for_a_thousand_pictures_fits_in_a_header() -> None:
    picture = {"run": "/" + "folder/" * 30, "kimg": 999_999, "number": 2**31 - 1}
    assert len(json.dumps([picture] * 1000)) < MAX_HEADER_BYTES
