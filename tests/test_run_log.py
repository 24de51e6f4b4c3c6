"""A run on disk: what is written comes back, and what is wrong is refused or left out."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gan.config import TrainingConfig
from gan.errors import UserError
from gan.run_log import (
    RunRecord,
    RunStatus,
    Tick,
    append_tick,
    find_run,
    keep_ticks_until,
    ladder,
    latest_sample_path,
    measured_rungs,
    merge_ticks,
    read_record,
    read_ticks,
    rung_path,
    sample_marks,
    sample_path,
    unmeasured_rung,
    write_record,
)

RECORD = RunRecord(
    config=TrainingConfig(kimg=5),
    dataset_fingerprint="ab" * 32,
    precision="float32",
    device="CPU, 2 threads",
    versions={"python": "3.12"},
    started_at="2026-01-01T00:00:00+00:00",
    status=RunStatus.RUNNING,
)


def _tick(step: int) -> Tick:
    return Tick(step * 0.064, step, 1.5, 1000.0, 0.7, 1.4, 0.5, 0.5)


def _line_with(changes: dict[str, Any]) -> str:
    """Returns the line of a good tick, but for the changes."""
    good = {name: value for name, value in dataclasses.asdict(_tick(1)).items() if value is not None}
    return json.dumps(good | changes)


finite = st.floats(-1e18, 1e18)
speeds = st.floats(min_value=0, max_value=1e18, exclude_min=True)
counts = st.lists(st.integers(0, 10_000), min_size=10, max_size=10)
ticks = st.builds(
    Tick,
    *(finite, st.integers(0, 2**40), finite, speeds, finite, finite, finite, finite),
    real_logit=st.none() | finite,
    fake_logit=st.none() | finite,
    judge_distance=st.none() | finite,
    judge_floor=st.none() | finite,
    class_counts=st.none() | counts,
    judge_seconds=st.none() | finite,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.lists(ticks, max_size=5, unique_by=lambda tick: tick.step))
def test_ticks_come_back_as_they_were_written(tmp_path: Path, written: list[Tick]) -> None:
    (tmp_path / "stats.jsonl").unlink(missing_ok=True)
    for tick in written:
        append_tick(tmp_path, tick)
    assert read_ticks(tmp_path)[0] == written


def test_a_run_without_ticks_yet_has_none(tmp_path: Path) -> None:
    assert read_ticks(tmp_path) == ([], 0)


def test_an_unfinished_last_line_is_left_for_the_next_read(tmp_path: Path) -> None:
    append_tick(tmp_path, _tick(1))
    append_tick(tmp_path, _tick(2))
    path = tmp_path / "stats.jsonl"
    whole = path.read_bytes()
    first_line = whole.index(b"\n") + 1
    # Whatever part of the second line has reached the disk so far:
    for length in range(first_line, len(whole)):
        path.write_bytes(whole[:length])
        assert read_ticks(tmp_path) == ([_tick(1)], first_line)
    path.write_bytes(whole)
    assert read_ticks(tmp_path, first_line) == ([_tick(2)], len(whole))


@pytest.mark.parametrize(
    "line",
    [
        '{"kimg": 1.0, "st',
        "",
        "[1, 2]",
        "null",
        "[" * 100_000,
        '{"kimg": "1", "step": 1}',
        _line_with({"kimg": "64"}),
        _line_with({"step": 1.5}),
        _line_with({"seconds": float("nan")}),
        _line_with({"images_per_second": 0}),
        _line_with({"generator_loss": True}),
        _line_with({"class_counts": ["many"]}),
        _line_with({"a_new_field": 1}),
        _line_with({"class_counts": [-1]}),
        _line_with({"class_counts": [10**19]}),
        _line_with({"kimg": 10**400}),
        _line_with({"judge_distance": 1.1e18}),
        _line_with({"generator_loss": -1.1e18}),
        _line_with({"seconds": float("-inf")}),
    ],
)
def test_a_line_that_is_no_tick_is_skipped(tmp_path: Path, line: str) -> None:
    append_tick(tmp_path, _tick(1))
    with (tmp_path / "stats.jsonl").open("a") as stream:
        stream.write(line + "\n")
    append_tick(tmp_path, _tick(2))
    assert read_ticks(tmp_path)[0] == [_tick(1), _tick(2)]


@pytest.mark.parametrize("changes", [{}, {"kimg": 1}, {"seconds": 1e18}, {"class_counts": [0, 10**18]}], ids=str)
def test_a_line_with_numbers_that_can_be_is_read(tmp_path: Path, changes: dict[str, Any]) -> None:
    (tmp_path / "stats.jsonl").write_text(_line_with(changes) + "\n")
    assert read_ticks(tmp_path)[0] == [dataclasses.replace(_tick(1), **changes)]


def test_bytes_that_are_no_text_are_skipped(tmp_path: Path) -> None:
    (tmp_path / "stats.jsonl").write_bytes(b"\xff\xfe\x00\r\x0b\n")
    append_tick(tmp_path, _tick(2))
    assert read_ticks(tmp_path)[0] == [_tick(2)]


def test_trimming_keeps_the_ticks_up_to_a_step_and_drops_a_torn_line(tmp_path: Path) -> None:
    for step in (1, 2, 3):
        append_tick(tmp_path, _tick(step))
    with (tmp_path / "stats.jsonl").open("a") as stream:
        stream.write('{"kimg": 0.2')
    keep_ticks_until(tmp_path, 2)
    append_tick(tmp_path, _tick(3))
    assert read_ticks(tmp_path)[0] == [_tick(1), _tick(2), _tick(3)]


def test_a_record_comes_back_as_it_was_written(tmp_path: Path) -> None:
    failed = dataclasses.replace(RECORD, status=RunStatus.FAILED, failure="“NaN” at 3 kimg")
    write_record(tmp_path, failed)
    assert read_record(tmp_path) == failed


def _written(run: Path, changes: dict[str, Any]) -> Path:
    write_record(run, RECORD)
    path = run / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))
    return path


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": 3},
        {"schema_version": 0},
        {"schema_version": True},
        {"schema_version": None},
        {"config": None},
        {"config": {"kimg": "3"}},
        {"status": "asleep"},
        {"status": []},
        {"precision": "float8"},
        {"precision": ["float32"]},
        {"device": 7},
        {"versions": "3.12"},
        {"versions": {"torch": 2}},
        {"dataset_fingerprint": None},
        {"started_at": 0},
        {"failure": {}},
        {"surprise": 1},
        {"class_names": "ten"},
        {"class_names": [0]},
        {"held_out_count": 1.5},
        {"held_out_count": None},
        {"discriminator_from": 3},
    ],
    ids=str,
)
def test_a_wrong_record_is_refused_in_one_line_naming_the_file(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = _written(tmp_path, changes)
    with pytest.raises(UserError) as refusal:
        read_record(tmp_path)
    # Values out of range are named by their flag; everything else by its file.
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(position=st.integers(0), flip=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_record_never_raises_anything_else(tmp_path: Path, position: int, flip: int, cut: bool) -> None:
    write_record(tmp_path, RECORD)
    path = tmp_path / "run.json"
    content = bytearray(path.read_bytes())
    position %= len(content)
    content[position] ^= flip
    path.write_bytes(content[:position] if cut else content)
    try:
        read_record(tmp_path)
    except UserError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("content", [b"", b"\xff", b"[" * 100_000, b"9" * 10_000, b'"text"'])
def test_what_is_no_record_at_all_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(UserError, match=r"run\.json"):
        read_record(tmp_path)


def test_the_ladder_is_its_files_in_order_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "ladder").mkdir()
    for kimg in (1024, 2, 64):
        rung_path(tmp_path, kimg).write_bytes(b"")
    for name in ("last.safetensors", ".000128.safetensors.77.tmp", "000256.txt"):
        (tmp_path / "ladder" / name).write_bytes(b"")
    assert ladder(tmp_path) == [2, 64, 1024]
    assert rung_path(tmp_path, 64).name == "000064.safetensors"
    assert sample_path(tmp_path, 64) == tmp_path / "samples" / "000064.png"


def test_a_measured_rung_is_found_though_a_step_rarely_ends_on_its_kimg(tmp_path: Path) -> None:
    (tmp_path / "ladder").mkdir()
    # Steps of 4,096 images reach 64 kimg at 65.536; a stop at 70.9 kimg saves what it calls rung 70.
    for kimg in (4, 64, 70):
        rung_path(tmp_path, kimg).write_bytes(b"")
    judged = {"judge_distance": 1.0, "judge_floor": 0.1}
    ticks = [
        dataclasses.replace(_tick(1), kimg=kimg, **values)
        for kimg, values in ((4.096, judged), (8.192, {}), (65.536, judged), (70.9, judged))
    ]
    for tick in ticks:
        append_tick(tmp_path, tick)
    assert measured_rungs(tmp_path) == {4: ticks[0], 64: ticks[2], 70: ticks[3]}


def test_a_run_without_a_ladder_has_no_rungs(tmp_path: Path) -> None:
    assert ladder(tmp_path) == []


def test_a_run_is_found_by_path_or_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan.run_log.CHECKPOINTS_ROOT", tmp_path / "checkpoints")
    run = tmp_path / "checkpoints" / "mine"
    run.mkdir(parents=True)
    with pytest.raises(UserError, match=r"no run\.json"):
        find_run(run)
    write_record(run, RECORD)
    assert find_run(run) == find_run(Path("mine")) == run
    with pytest.raises(UserError, match="no run yours"):
        find_run(Path("yours"))


def _judged(tick: Tick) -> Tick:
    return dataclasses.replace(tick, judge_distance=9.5, judge_floor=0.1, class_counts=[1] * 10, judge_seconds=4.0)


def test_a_tick_that_comes_again_with_the_judges_figures_stands_for_both(tmp_path: Path) -> None:
    for tick in (_tick(1), _tick(2), _judged(_tick(2)), _tick(3)):
        append_tick(tmp_path, tick)
    assert read_ticks(tmp_path)[0] == [_tick(1), _judged(_tick(2)), _tick(3)]
    keep_ticks_until(tmp_path, 2)
    assert (tmp_path / "stats.jsonl").read_bytes().count(b"\n") == 2


def test_a_reader_that_came_between_the_two_can_merge_them(tmp_path: Path) -> None:
    append_tick(tmp_path, _tick(1))
    append_tick(tmp_path, _tick(2))
    known, offset = read_ticks(tmp_path)
    append_tick(tmp_path, _judged(_tick(2)))
    append_tick(tmp_path, _tick(3))
    assert merge_ticks(known, read_ticks(tmp_path, offset)[0]) == read_ticks(tmp_path)[0]


def test_grids_are_listed_by_their_kimg_without_the_latest(tmp_path: Path) -> None:
    assert sample_marks(tmp_path) == []
    (tmp_path / "samples").mkdir()
    for path in (sample_path(tmp_path, 16), sample_path(tmp_path, 2), latest_sample_path(tmp_path)):
        path.touch()
    assert latest_sample_path(tmp_path).name == "latest.png"
    assert sample_marks(tmp_path) == [2, 16]


def test_the_rung_that_nobody_has_measured_is_found_with_its_tick(tmp_path: Path) -> None:
    assert unmeasured_rung(tmp_path) is None
    (tmp_path / "ladder").mkdir()
    before, at_rung, after = _tick(30), _tick(32), _tick(90)
    append_tick(tmp_path, before)
    rung_path(tmp_path, 2).touch()
    # 1.92 kimg: that rung's own tick is not there.
    assert unmeasured_rung(tmp_path) is None
    append_tick(tmp_path, at_rung)
    assert unmeasured_rung(tmp_path) == (2, at_rung)
    append_tick(tmp_path, _judged(at_rung))
    assert unmeasured_rung(tmp_path) is None
    append_tick(tmp_path, after)
    assert unmeasured_rung(tmp_path) is None
    keep_ticks_until(tmp_path, 30)
    append_tick(tmp_path, after)
    assert unmeasured_rung(tmp_path) is None
