"""One run as the window sees it: its files in words, and its ticks while they are written."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bare_runs import write_bare_run
from lab_runs import add_tick, write_lab_run

from game.training_run import RunState, TickFeed, UserError, nearest_rung, read_run, run_key, rung_name
from game.words import day
from gan.run_lock import run_lock
from gan.run_log import RunStatus, keep_ticks_until, read_record, read_ticks, sample_path, write_record
from gan.run_title import write_title

NAMES = [
    (1, "Static"),
    (2, "Static"),
    (4, "Fog"),
    (8, "Smudge"),
    (16, "Scribble"),
    (32, "Toddler"),
    (64, "Beginner"),
    (128, "Student"),
    (256, "Apprentice"),
    (512, "Copyist"),
    (1024, "Craftsman"),
    (2048, "Forger"),
    (4096, "Master forger"),
    (8192, "Master forger"),
    (524_288, "Master forger"),
]


@pytest.mark.parametrize(("kimg", "name"), NAMES)
def test_every_doubling_has_its_name(kimg: int, name: str) -> None:
    assert rung_name(kimg) == name


def test_a_longer_training_never_has_an_earlier_name() -> None:
    order = list(dict.fromkeys(name for _, name in NAMES))
    places = [order.index(rung_name(kimg)) for kimg in range(5000)]
    assert places == sorted(places)


def test_the_nearest_rung_is_the_lower_of_two_that_are_as_near() -> None:
    assert [nearest_rung((2, 64, 128), kimg) for kimg in (1, 33, 34, 96, 97, 9999)] == [2, 2, 64, 64, 128, 128]


def test_a_run_keeps_its_key_while_it_goes_on_and_moves(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (2,))
    record = replace(read_record(tmp_path / "own"), started_at="2030-01-02T03:04:05+00:00", dataset_fingerprint="ab")
    key = run_key(record)
    assert re.fullmatch("[0-9a-f]{16}", key)
    config = record.config
    same = (
        replace(record, status=RunStatus.FAILED, failure="It stopped.", device="another", precision="bfloat16"),
        replace(record, config=replace(config, kimg=config.kimg + 1)),
        replace(record, config=replace(config, dataset="folder:drawings")),
    )
    assert {run_key(other) for other in same} == {key}
    others = (
        replace(record, started_at="2030-01-02T03:04:06+00:00"),
        replace(record, dataset_fingerprint="cd"),
        replace(record, config=replace(config, seed=config.seed + 1)),
        replace(record, config=replace(config, architecture="mlp", discriminator_normalization="none")),
    )
    assert len({key, *(run_key(other) for other in others)}) == 5
    write_record(tmp_path / "own", record)
    (tmp_path / "own").rename(tmp_path / "renamed")
    assert read_run(tmp_path / "renamed").key == key


def test_a_run_is_read_with_its_rungs_and_samples_ascending(tmp_path: Path) -> None:
    write_bare_run(tmp_path / "own", (64, 2), dataset="fashion-mnist")
    for kimg in (9, 3):
        sample_path(tmp_path / "own", kimg).parent.mkdir(exist_ok=True)
        sample_path(tmp_path / "own", kimg).touch()
    (tmp_path / "own" / "samples" / "latest.png").touch()
    run = read_run(tmp_path / "own")
    assert (run.name, run.folder, run.dataset, run.rungs) == ("own", tmp_path / "own", "fashion-mnist", (2, 64))
    assert run.samples == (3, 9)
    assert (run.resumable, run.from_lab, run.shipped, run.started_at) == (False, False, False, None)


def test_a_run_has_the_title_that_it_was_given(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own")
    assert read_run(run).title == "own"
    write_title(run, "Monday's digits")
    assert (read_run(run).title, read_run(run).name) == ("Monday's digits", "own")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-01-02T14:05:00+00:00", datetime(2030, 1, 2, 14, 5, tzinfo=UTC)),
        ("2030-01-02T14:05:00", datetime(2030, 1, 2, 14, 5, tzinfo=UTC)),
        ("2030-01-02T15:05:00+01:00", datetime(2030, 1, 2, 14, 5, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
    ],
)
def test_when_a_run_began_can_be_compared_however_it_is_written(
    tmp_path: Path, text: str, moment: datetime | None
) -> None:
    run = write_lab_run(tmp_path / "own")
    write_record(run, replace(read_record(run), started_at=text))
    assert read_run(run).started_at == moment


def test_what_the_lab_started_and_what_can_go_on_are_told_by_their_files(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own", resumable=True)
    (run / "train.log").touch()
    assert (read_run(run).resumable, read_run(run).from_lab) == (True, True)


ENDINGS = [
    (RunStatus.DONE, RunState.DONE),
    (RunStatus.STOPPED, RunState.STOPPED),
    (RunStatus.FAILED, RunState.FAILED),
    (RunStatus.RUNNING, RunState.INTERRUPTED),
]


@pytest.mark.parametrize(("status", "state"), ENDINGS)
def test_without_a_lock_the_record_says_how_a_run_ended(tmp_path: Path, status: RunStatus, state: RunState) -> None:
    run = write_lab_run(tmp_path / "own", status=status)
    # Left over from a lock that nobody holds, and from questions that nobody heard.
    for name in ("lock", "stop", "pause"):
        (run / name).touch()
    assert read_run(run).state is state
    assert not read_run(run).state.is_active


def test_a_held_lock_means_work_and_the_marks_say_which(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own", status=RunStatus.RUNNING)
    with run_lock(run):
        assert read_run(run).state is RunState.RUNNING
        (run / "pause").touch()
        assert read_run(run).state is RunState.PAUSED
        (run / "stop").touch()
        assert read_run(run).state is RunState.STOPPING
        (run / "stop").unlink()
        (run / "pause").unlink()
        (run / "stats.jsonl").unlink()
        assert read_run(run).state is RunState.STARTING
        assert read_run(run).state.is_active
    assert read_run(run).state is RunState.INTERRUPTED


def test_a_resumed_run_starts_until_its_record_says_that_it_runs(tmp_path: Path) -> None:
    run = write_lab_run(tmp_path / "own", status=RunStatus.STOPPED)
    with run_lock(run):
        assert read_run(run).state is RunState.STARTING


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b"{}", b'{"schema_version": 2}', b"[" * 99_999])
def test_a_record_that_can_not_be_used_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    run = write_lab_run(tmp_path / "bad")
    (run / "run.json").write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_run(run)
    sentence = str(caught.value)
    assert str(run) in sentence and "\n" not in sentence and sentence.endswith(".")


# The ticks


def steps(feed: TickFeed) -> list[int]:
    return [tick.step for tick in feed.read()]


def test_a_feed_reads_each_tick_once_and_an_unfinished_line_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offsets: list[int] = []
    monkeypatch.setattr(
        "game.training_run.read_ticks", lambda run, offset: (offsets.append(offset), read_ticks(run, offset))[1]
    )
    feed = TickFeed(tmp_path)
    assert feed.read() == ()
    add_tick(tmp_path, 1.0, step=16)
    assert steps(feed) == [16]
    first_size = (tmp_path / "stats.jsonl").stat().st_size
    add_tick(tmp_path, 2.0, step=32)
    whole = (tmp_path / "stats.jsonl").read_bytes()
    with (tmp_path / "stats.jsonl").open("r+b") as stream:
        stream.truncate(len(whole) - 9)
    assert steps(feed) == [16]
    with (tmp_path / "stats.jsonl").open("ab") as stream:
        stream.write(whole[-9:])
    assert steps(feed) == steps(feed) == [16, 32]
    assert offsets == [0, first_size, first_size]


def test_a_tick_that_comes_again_with_the_judges_figures_counts_once(tmp_path: Path) -> None:
    feed = TickFeed(tmp_path)
    add_tick(tmp_path, 2.0, step=32)
    assert [tick.judge_distance for tick in feed.read()] == [None]
    add_tick(tmp_path, 2.0, 16.0, step=32)
    assert [tick.judge_distance for tick in feed.read()] == [16.0]


def test_a_resumed_run_that_was_cut_and_has_grown_again_is_read_anew(tmp_path: Path) -> None:
    feed = TickFeed(tmp_path)
    for step in (16, 32, 48):
        add_tick(tmp_path, step * 0.0625, step=step)
    assert steps(feed) == [16, 32, 48]
    before = (tmp_path / "stats.jsonl").stat().st_size
    keep_ticks_until(tmp_path, 16)
    for step in (40, 56, 72):
        add_tick(tmp_path, step * 0.0625, step=step)
    assert (tmp_path / "stats.jsonl").stat().st_size >= before, "the size alone would tell"
    assert steps(feed) == [16, 40, 56, 72]


def test_a_file_that_is_gone_has_no_ticks(tmp_path: Path) -> None:
    feed = TickFeed(tmp_path)
    add_tick(tmp_path, 1.0)
    assert len(feed.read()) == 1
    (tmp_path / "stats.jsonl").unlink()
    assert feed.read() == ()
    add_tick(tmp_path, 1.0, step=5)
    assert steps(feed) == [5]


def test_a_folder_in_the_place_of_the_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "stats.jsonl").mkdir()
    with pytest.raises(OSError):
        TickFeed(tmp_path).read()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "yesterday", ""])
def test_a_moment_that_no_calendar_here_has_is_left_out(tmp_path: Path, moment: str) -> None:
    write_bare_run(tmp_path / "own", (2,))
    record = read_record(tmp_path / "own")
    write_record(tmp_path / "own", replace(record, started_at=moment))
    run = read_run(tmp_path / "own")
    assert run.started_at is None and day(run.started_at) == ""
