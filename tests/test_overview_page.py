"""The overview of a run: no run is too short or too odd for it."""

import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from shared_run import RECORD, write_grid, write_whole_run
from tiny_runs import FORMS, write_tiny_run

from gan.figure_page import PAGE_PIXELS, page_style, write_page
from gan.figure_panels import drawable
from gan.overview_page import headline, middle_grid, newest_grid, overview_page
from gan.presets import preset
from gan.run_log import Tick, append_tick, latest_sample_path, read_record, read_ticks, sample_path

TICK = Tick(2.0, 32, 1.0, 900.0, 1.5, 0.5, 0.75, 0.25)
MEASURED = replace(TICK, kimg=4.0, step=64, judge_distance=8.0, judge_floor=0.25, class_counts=[10, 30] + [0] * 8)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write_whole_run(tmp_path / "run")


def written(run: Path) -> bytes:
    """Returns the overview as a PNG file's content."""
    stream = BytesIO()
    with page_style():
        write_page(stream, overview_page(run, read_record(run), drawable(read_ticks(run)[0])).figure)
    return stream.getvalue()


def titles(run: Path, **changes: object) -> list[str]:
    """Returns the titles of the panels."""
    record = read_record(run)
    with page_style():
        record = replace(record, config=replace(record.config, **changes))
        page = overview_page(run, record, drawable(read_ticks(run)[0]))
    return [axes.get_title(loc="left") for axes in page.figure.axes if axes.get_title(loc="left")]


@pytest.mark.parametrize(
    "ticks",
    [
        [],
        [TICK],
        [MEASURED],
        [TICK, MEASURED],
        [replace(MEASURED, judge_distance=0.0, judge_floor=0.0, generator_loss=0.0, kimg=1e-9)],
        [MEASURED, replace(MEASURED, kimg=1e18, generator_loss=-1e18, judge_distance=1e18, judge_floor=1e-308)],
        [replace(MEASURED, generator_loss=10**18, class_counts=[10**18] * 10), replace(TICK, kimg=10**18)],
        [replace(MEASURED, class_counts=[7] * 300), replace(MEASURED, step=65, judge_distance=-5.0, judge_floor=None)],
        [replace(MEASURED, kimg=kimg) for kimg in (-5.0, 0.0, 0.5, 0.25, 0.5)],
    ],
    ids=["none", "one", "one measured", "two", "zeros", "largest", "18 digits", "many classes", "backwards"],
)
@pytest.mark.filterwarnings("error")
def test_any_run_makes_a_figure(run: Path, ticks: list[Tick]) -> None:
    (run / "stats.jsonl").unlink()
    for tick in ticks:
        append_tick(run, tick)
    assert len(read_ticks(run)[0]) == len(ticks)
    assert Image.open(BytesIO(written(run))).size == (3507, 2481)


@pytest.mark.filterwarnings("error")
def test_a_title_is_taken_letter_by_letter(run: Path) -> None:
    (run / "name.txt").write_text("$\\frac 数字 $5", encoding="utf-8")
    with page_style():
        page = overview_page(run, RECORD, [])
    assert page.headline.get_text().startswith("$\\frac 数字 $5: MNIST")
    assert written(run)


def test_the_headline_names_dataset_length_seed_and_device(run: Path) -> None:
    config = replace(preset("mlp", "minimax", "fashion-mnist"), conditional=True, seed=7)
    record = replace(RECORD, config=config, device="CPU, 2 threads")
    expected = "My first run: Fashion-MNIST · mlp, minimax, conditional · 4 kimg · seed 7 · CPU, 2 threads, float32"
    assert headline(run, record, [TICK, MEASURED]) == expected


def test_the_newest_grid_is_shown_and_a_damaged_one_passed_over(run: Path) -> None:
    latest_sample_path(run).unlink()
    found = newest_grid(run, RECORD.config)
    assert found is not None and found[0] == "64 fixed latents at 4 kimg"
    sample_path(run, 4).write_bytes(b"damaged")
    found = newest_grid(run, RECORD.config)
    assert found is not None and found[0] == "64 fixed latents at 2 kimg"
    for path in (run / "samples").iterdir():
        path.unlink()
    assert newest_grid(run, RECORD.config) is None
    assert written(run)


def test_the_latest_grid_is_shown_where_it_is_newer(run: Path) -> None:
    write_grid(run, 8)
    sample_path(run, 8).replace(latest_sample_path(run))
    os.utime(sample_path(run, 4), (1, 1))
    found = newest_grid(run, RECORD.config)
    assert found is not None and found[0] == "64 fixed latents, newest"
    assert np.array_equal(found[1], np.array(Image.open(latest_sample_path(run))))


def test_the_grid_half_way_on_a_logarithmic_axis_is_shown_too(run: Path) -> None:
    for kimg in (64, 40, 12, 128):
        write_grid(run, kimg)
    # From 2 to 128 kimg, 16 would lie in the middle.
    found = middle_grid(run, RECORD.config)
    assert found is not None and found[0] == "The same 64 at 12 kimg"
    assert np.array_equal(found[1], np.array(Image.open(sample_path(run, 12))))
    sample_path(run, 12).write_bytes(b"damaged")
    assert middle_grid(run, RECORD.config) is None


def test_two_grids_have_none_between_them(run: Path) -> None:
    assert middle_grid(run, RECORD.config) is None


@pytest.mark.parametrize("form", FORMS)
def test_a_run_of_any_form_has_its_newest_pictures_dot_by_dot(tmp_path: Path, form: str) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS[form])
    with page_style():
        page = overview_page(run, read_record(run), drawable(read_ticks(run)[0]))
    side = 8 * FORMS[form].image_size
    pixels = np.array(Image.open(sample_path(run, 8)).convert("RGB"))
    image = page.figure.images[0]
    shown = image.get_array()
    scale = len(shown) // side
    assert scale >= 2 and np.array_equal(shown[::scale, ::scale], pixels)
    assert image.ox + shown.shape[1] <= PAGE_PIXELS[0] and image.oy >= 0
    assert len(page.figure.images) == (1 if FORMS[form].image_size == 64 else 2)


@pytest.mark.parametrize(
    ("objective", "settings"),
    [
        ("wasserstein", {"weight_clip": 0.01}),
        ("wasserstein-gp", {"discriminator_normalization": "layer", "penalty_weight": 10.0}),
        ("relativistic", {"discriminator_normalization": "none"}),
    ],
)
def test_a_critic_says_no_probabilities(run: Path, objective: str, settings: dict[str, object]) -> None:
    assert "The critic's mean answers" in titles(run, objective=objective, **settings)
    assert "What the discriminator says" in titles(run, objective="minimax")


def test_a_run_without_a_judge_has_no_panels_of_one(tmp_path: Path) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["colour 64"])
    assert titles(run) == ["Losses", "What the discriminator says"]
