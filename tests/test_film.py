"""The film of a run: every picture once, in order, with a caption, for ever."""

import json
import shutil
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shared_run import RECORD, write_grid, write_whole_run
from tiny_runs import KIMG, Form, write_tiny_run

from gan.config import PROJECT_ROOT
from gan.errors import UserError
from gan.film import FilmOptions, Grid, draw_frame, film_palette, main
from gan.run_log import sample_path, write_record
from gan.sample_grid import read_grid
from gan.sampler import png_bytes

STEP_OF_GREY = 255 / 31


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_whole_run(tmp_path / "run")


def frames(path: Path, mode: str = "L") -> list[np.ndarray]:
    film = Image.open(path)
    pictures = []
    for number in range(film.n_frames):
        film.seek(number)
        pictures.append(np.array(film.convert(mode)))
    return pictures


def drawn(grid: Grid, title: str) -> Image.Image:
    return draw_frame(grid, title, film_palette([grid]))


def test_a_film_shows_every_grid_in_order_twice_as_large(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kimg in (3, 10):
        write_grid(run, kimg)
    out = tmp_path / "film.gif"
    assert main(FilmOptions(run, out)) == 0
    assert capsys.readouterr().out == f"wrote {out}: 4 frames, 2 to 10 kimg\n"
    shown = frames(out)
    assert len(shown) == 4
    for frame, kimg in zip(shown, (2, 3, 4, 10), strict=True):
        assert frame.shape == (488, 448)
        grid = np.array(Image.open(sample_path(run, kimg)), float)
        for corner in (frame[:448:2, ::2], frame[1:448:2, 1::2]):
            # To the nearest of 32 greys.
            assert np.abs(corner - grid).max() <= STEP_OF_GREY / 2 + 1


def test_a_film_runs_for_ever_at_eight_frames_a_second_and_rests_at_its_end(run: Path, tmp_path: Path) -> None:
    write_grid(run, 3)
    main(FilmOptions(run, tmp_path / "film.gif"))
    film = Image.open(tmp_path / "film.gif")
    assert film.info["loop"] == 0
    durations = []
    for number in range(film.n_frames):
        film.seek(number)
        durations.append(film.info["duration"])
    assert durations == [120, 120, 2000]


@pytest.mark.parametrize(("size", "width"), [(28, 448), (32, 512), (64, 512)])
def test_a_film_in_colour_has_the_colours_of_its_grids(tmp_path: Path, size: int, width: int) -> None:
    form = Form("folder:/nowhere/drawings", size, 3, ())
    run, out = write_tiny_run(tmp_path / "run", form), tmp_path / "film.gif"
    dice = np.random.default_rng(0)
    # Pictures of few colours, as paintings are, on a ground that never changes.
    colours = dice.integers(0, 256, (40, 3), np.uint8)
    for kimg in KIMG:
        blocks = colours[dice.integers(0, 40, (16, 16))]
        blocks[:, :8] = (12, 90, 200)
        grid = blocks.repeat(size // 2, axis=0).repeat(size // 2, axis=1)
        sample_path(run, kimg).write_bytes(png_bytes(grid))
    main(FilmOptions(run, out))
    shown = frames(out, "RGB")
    assert len(shown) == len(KIMG)
    scale = width // (8 * size)
    for frame, kimg in zip(shown, KIMG, strict=True):
        assert frame.shape == (width + 40, width, 3)
        grid = np.array(Image.open(sample_path(run, kimg)), float)
        assert np.abs(frame[:width:scale, ::scale] - grid).max() <= 8
    # Nothing flickers.
    assert all(np.array_equal(frame[:width, : width // 2], shown[0][:width, : width // 2]) for frame in shown)
    caption = shown[0][width:]
    assert (caption[:, 0] == 0).all() and (caption == 255).all(axis=2).any()


def test_the_caption_says_kimg_and_title() -> None:
    grey = np.zeros((224, 224), np.uint8)
    captions = [np.array(drawn(Grid(kimg, grey), title))[448:] for kimg, title in ((2, "a"), (3, "a"), (2, "b"))]
    halves = [(caption[:, :224], caption[:, 224:]) for caption in captions]
    assert all(half.any() for half in halves[0])
    assert np.array_equal(halves[0][0], halves[1][0]) and not np.array_equal(halves[0][1], halves[1][1])
    assert not np.array_equal(halves[0][0], halves[2][0]) and np.array_equal(halves[0][1], halves[2][1])


@pytest.mark.parametrize(("image_size", "side"), [(28, 448), (32, 512), (64, 512)])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_film_of_any_size_is_wide_enough_for_its_caption(image_size: int, side: int, channels: int) -> None:
    """By whole numbers, 448 pixels wide at least: 8 × 28 twice, 8 × 32 twice, 8 × 64 once."""
    shape = (8 * image_size, 8 * image_size) if channels == 1 else (8 * image_size, 8 * image_size, 3)
    # Four shades or colours in large patches, which a palette holds.
    levels = np.random.default_rng(0).integers(0, 2, (2, 2, *shape[2:]), np.uint8) * 255
    pixels = levels.repeat(shape[0] // 2, axis=0).repeat(shape[1] // 2, axis=1)
    frame = drawn(Grid(64, pixels), "a run")
    assert frame.mode == "P" and frame.size == (side, side + 40)
    shown = np.array(frame.convert("L" if channels == 1 else "RGB"))
    scale = side // (8 * image_size)
    assert np.array_equal(shown[:side:scale, :side:scale], pixels)
    assert shown[side:].any()


def test_a_long_title_never_runs_into_the_kimg() -> None:
    grey = np.zeros((224, 224), np.uint8)
    short, long = (np.array(drawn(Grid(999_999, grey), title)) for title in ("W", "W" * 40))
    assert np.array_equal(short[448:, 300:], long[448:, 300:])
    assert long[448:, 200:250].any()


def test_a_damaged_picture_is_left_out_and_named(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample_path(run, 3).write_bytes(b"no picture")
    main(FilmOptions(run, tmp_path / "film.gif"))
    said = capsys.readouterr().out
    assert said.endswith("film.gif: 2 frames, 2 to 4 kimg; left out what is damaged: 000003.png\n")
    assert len(frames(tmp_path / "film.gif")) == 2


def test_a_rung_without_a_picture_is_drawn(run: Path, tmp_path: Path) -> None:
    from gan.sampler import draw, grid, load_rung

    shutil.rmtree(run / "samples")
    main(FilmOptions(run, tmp_path / "film.gif"))
    shown = frames(tmp_path / "film.gif")
    assert len(shown) == 2
    for frame, kimg in zip(shown, (2, 4), strict=True):
        drawn = grid(draw(load_rung(run, kimg), range(64))).astype(float)
        assert np.abs(frame[:448:2, ::2] - drawn).max() <= STEP_OF_GREY / 2 + 1


def test_a_run_without_pictures_and_rungs_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write_record(tmp_path / "run", replace(RECORD))
    with pytest.raises(UserError, match="no pictures that could be shown yet; train for 2 kimg or more"):
        main(FilmOptions(tmp_path / "run", tmp_path / "film.gif"))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize(("out", "problem"), [("a.png", "name a .gif file"), ("gone/a.gif", "can't be written")])
def test_a_place_that_cannot_be_written_gets_one_sentence(run: Path, tmp_path: Path, out: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        main(FilmOptions(run, tmp_path / out))


def test_progress_rises_to_one_and_ends_with_the_path(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(FilmOptions(run, tmp_path / "film.gif", progress=True))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    shares = [line["share"] for line in lines]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert lines[-1]["result"] == str(tmp_path / "film.gif")
    assert "frame 2 of 2" in {line["text"] for line in lines}


def test_sigterm_leaves_no_file(run: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; import gan.job_progress as p; told = p.report_json\n"
        "def slow(*a): told(*a); time.sleep(60)\n"
        "p.report_json = slow\n"
        "import runpy; sys.argv = ['x', *sys.argv[1:]]; runpy.run_module('gan.film', run_name='__main__')"
    )
    command = [sys.executable, "-c", script, str(run), "--out", str(tmp_path / "film.gif"), "--progress"]
    with subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith('{"share"')
        assert list(tmp_path.glob(".*.tmp"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_full_disk_names_the_film_and_leaves_nothing(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(UserError, match=r"film\.gif can't be written \(No space left on device\)"):
        main(FilmOptions(run, tmp_path / "film.gif"))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_the_shipped_runs_make_films_that_can_be_mailed(tmp_path: Path) -> None:
    for name in ("mnist", "fashion-mnist"):
        main(FilmOptions(Path(name), tmp_path / "film.gif"))
        assert (tmp_path / "film.gif").stat().st_size < 3_000_000


def test_a_grid_comes_as_its_very_pixels_and_anything_else_is_refused(run: Path, tmp_path: Path) -> None:
    assert np.array_equal(read_grid(sample_path(run, 2), 28, 1), np.array(Image.open(sample_path(run, 2))))
    stream = BytesIO()
    Image.new("LA", (224, 224)).save(stream, "PNG")
    (tmp_path / "a.png").write_bytes(stream.getvalue())
    with pytest.raises(UserError, match="224×224 pixels of kind LA"):
        read_grid(tmp_path / "a.png", 28, 1)
    (tmp_path / "a.png").write_bytes(bytes(2**20 + 1))
    # Nor is it one of a run with other pictures.
    for image_size, channels, wanted in ((32, 1, "256×256 L"), (28, 3, "224×224 RGB")):
        with pytest.raises(UserError, match=f"224×224 pixels of kind L, not {wanted}"):
            read_grid(sample_path(run, 2), image_size, channels)
    with pytest.raises(UserError, match="no grid"):
        read_grid(tmp_path / "a.png", 28, 1)


def test_a_picture_that_claims_to_be_huge_is_refused_without_a_warning(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    # Pillow itself only warns of this size, and refuses twice as many pixels.
    header = b"IHDR" + struct.pack(">IIBBBBB", 12_000, 12_000, 8, 0, 0, 0, 0)
    stream = BytesIO()
    Image.new("L", (224, 224)).save(stream, "PNG")
    content = stream.getvalue()
    (tmp_path / "a.png").write_bytes(content[:12] + header + struct.pack(">I", zlib.crc32(header)) + content[33:])
    with pytest.raises(UserError, match=r"a\.png is damaged"):
        read_grid(tmp_path / "a.png", 28, 1)
    assert not recwarn.list
