"""Figures that generators draw: each picture is that of its rung, its seed and its class, for runs of every form."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_folders import write_pictures
from tiny_runs import FORMS, KIMG, write_tiny_run

from gan.checkpoint import read_generator
from gan.datasets import DATASETS, load_split
from gan.drawn_figures import FIGURES, Request, spread
from gan.errors import UserError
from gan.figure_page import PAGE_PIXELS, Page, page_style
from gan.held_out import read_held_out, write_held_out
from gan.judge import load_judge
from gan.latent_paths import spherical_path
from gan.picture_folder import folder_dataset
from gan.run_log import append_tick, held_out_path, read_record, read_ticks, rung_path
from gan.sampler import draw, draw_codes, latents


@pytest.fixture(autouse=True)
def few_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer latents than a page asks the judge about, who would take longer than all the rest."""
    monkeypatch.setattr("gan.drawn_figures.JUDGED_COUNT", 8)


def request(run: Path, **of: object) -> Request:
    return Request(run, read_record(run), "A headline", **of)  # type: ignore[arg-type]  # whatever is tested


@pytest.fixture(scope="module", params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def run(form: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_run(tmp_path_factory.mktemp("runs") / "run", FORMS[form])


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    return write_tiny_run(tmp_path / "digits", FORMS["grey 28"])


def figure(kind: str, asked: Request) -> Page:
    with page_style():
        return FIGURES[kind](asked)


def shown(page: Page, run: Path) -> np.ndarray:
    """Returns the pictures of a page in the order in which they were put there, uint8 (count, size, size, 3)."""
    size = read_record(run).config.image_size
    pictures = [np.asarray(image.get_array()) for image in page.figure.images]
    return np.stack([pixels[:: len(pixels) // size, :: len(pixels) // size] for pixels in pictures])


def as_shown(pictures: np.ndarray) -> np.ndarray:
    pictures = np.broadcast_to(pictures, (len(pictures), 3, *pictures.shape[2:]))
    return pictures.transpose(0, 2, 3, 1)


def said(page: Page) -> list[str]:
    return [text.get_text() for text in page.figure.axes[0].texts]


def test_a_ladder_has_the_same_seeds_at_every_rung(run: Path) -> None:
    page = figure("ladder", request(run, seed=5))
    pictures = shown(page, run)
    columns = len(pictures) // len(KIMG)
    for row, kimg in enumerate(KIMG):
        expected = as_shown(draw(read_generator(rung_path(run, kimg)), range(5, 5 + columns)))
        assert np.array_equal(pictures[row * columns : (row + 1) * columns], expected)
        assert f"{kimg} kimg" in said(page)
    assert "seed 5" in said(page) and f"seeds 5 to {4 + columns}" in said(page)[1]


def test_a_long_ladder_is_thinned_from_its_first_rung_to_its_last(digits: Path) -> None:
    for kimg in range(10, 30):
        rung_path(digits, kimg).write_bytes(rung_path(digits, 8).read_bytes())
    tick = replace(read_ticks(digits)[0][-1], judge_distance=5.678, judge_floor=0.1)
    append_tick(digits, replace(tick, kimg=29.008, step=1813))
    page = figure("ladder", request(digits, rows=4))
    rows = [text for text in said(page) if text.endswith(" kimg")]
    assert rows[0] == "2 kimg" and rows[-1] == "29 kimg" and len(rows) == 4
    assert "judge distance 5.68" in said(page)
    assert "4 of its 23 rungs" in said(page)[1].replace("\n", " ")


def test_an_interpolation_begins_and_ends_with_the_pictures_of_its_seeds(run: Path) -> None:
    generator = read_generator(rung_path(run, 4))
    page = figure("interpolation", request(run, seed=3, kimg=4, rows=2))
    pictures = shown(page, run)
    step = generator.shape.class_count or 2
    for pair in range(2):
        own = as_shown(draw(generator, (3 + pair, 3 + pair + step)))
        for way in (pictures[22 * pair : 22 * pair + 11], pictures[22 * pair + 11 : 22 * pair + 22]):
            assert np.array_equal(way[[0, -1]], own)
        assert f"seed {3 + pair} to {3 + pair + step}" in said(page)
    straight, round_about = (page.figure.axes[1].lines[line].get_ydata() for line in (1, 2))
    assert straight.min() < round_about.min() + 1e-9
    assert "at 4 kimg" in said(page)[1]


def test_the_pictures_between_are_those_of_the_latents_between(digits: Path) -> None:
    generator = read_generator(rung_path(digits, 8))
    pictures = shown(figure("interpolation", request(digits, rows=1)), digits)
    codes = spherical_path(*latents((0, 1), 4).double().numpy(), np.linspace(0, 1, 11))
    assert np.array_equal(pictures[11:], as_shown(draw_codes(generator, torch.from_numpy(codes).float(), None)))


def test_a_plane_shows_three_latents_and_their_own_pictures(run: Path) -> None:
    generator = read_generator(rung_path(run, 8))
    step = generator.shape.class_count or 1
    page = figure("plane", request(run, seed=1))
    pictures = shown(page, run)
    assert len(pictures) == 9 * 13 + 3
    assert np.array_equal(pictures[-3:], as_shown(draw(generator, (1, 1 + step, 1 + 2 * step))))


def test_a_plane_goes_through_its_latents(tmp_path: Path) -> None:
    # Of many numbers, so that the three lie as the corners of a triangle do.
    run = write_tiny_run(tmp_path / "run", FORMS["grey 28"], latent_size=64)
    pictures = shown(figure("plane", request(run)), run)[: 9 * 13].astype(int)
    for seed in (0, 1):
        own = as_shown(draw(read_generator(rung_path(run, 8)), [seed]))[0].astype(int)
        # The first two lie on the grid; the plane is worked out in double precision.
        assert np.abs(pictures - own).max(axis=(1, 2, 3)).min() <= 1


def test_a_walk_goes_from_the_picture_of_a_seed_to_that_of_zero(run: Path) -> None:
    generator = read_generator(rung_path(run, 8))
    page = figure("walk-to-zero", request(run, seed=2, rows=2))
    pictures = shown(page, run)
    assert np.array_equal(pictures[[0, 11]], as_shown(draw(generator, (2, 3))))
    count = generator.shape.class_count
    classes = torch.tensor([2 % count, 3 % count]) if count else None
    assert np.array_equal(pictures[[10, 21]], as_shown(draw_codes(generator, torch.zeros(2, 4), classes)))
    assert said(page).count("0.00 √d") == 2
    has_judge = FORMS_WITH_JUDGE[read_record(run).config.dataset]
    assert len(page.figure.axes) == (2 if has_judge else 1)


FORMS_WITH_JUDGE = {"mnist": True, "stacked-mnist": True, "cifar10": False, "folder:/nowhere/drawings": False}


def test_below_a_picture_stands_what_the_judge_takes_it_for(digits: Path) -> None:
    generator = read_generator(rung_path(digits, 8))
    page = figure("walk-to-zero", request(digits, rows=1))
    sure = load_judge("mnist").class_probabilities(draw(generator, [0]))[0]
    notes = [text for text in said(page) if " · " in text]
    assert notes[0] == f"{sure.argmax()} · {100 * sure.max():.0f} %"


def test_each_digit_of_a_stack_is_judged(tmp_path: Path) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["stacked 28 of classes"])
    page = figure("walk-to-zero", request(run, rows=1))
    picture = draw(read_generator(rung_path(run, 8)), [0])[0]
    sure = load_judge("mnist").class_probabilities(picture[:, np.newaxis])
    notes = [text for text in said(page) if " · " in text]
    assert notes[0] == f"{''.join(map(str, sure.argmax(axis=1)))} · {100 * sure.max(axis=1).prod():.0f} %"


def test_classes_are_rows_and_styles_columns(run: Path, form: str) -> None:
    names = FORMS[form].class_names
    if not names:
        with pytest.raises(UserError, match=r"knows no classes.*--conditional"):
            figure("classes", request(run))
        return
    generator = read_generator(rung_path(run, 8))
    page = figure("classes", request(run, seed=7))
    rows = min(10, len(names))
    pictures = shown(page, run)
    columns = len(pictures) // rows
    codes = latents(range(7, 7 + columns), 4)
    for row, number in enumerate(spread(range(len(names)), 10)):
        expected = as_shown(draw_codes(generator, codes, torch.full((columns,), number)))
        assert np.array_equal(pictures[row * columns : (row + 1) * columns], expected)
        assert names[number] in said(page)


def test_real_pictures_are_held_out_ones_and_fakes_those_of_the_seeds(digits: Path) -> None:
    page = figure("real-and-fake", request(digits, seed=9, rows=3))
    pictures = shown(page, digits)
    assert len(pictures) == 2 * 6
    test = {picture.tobytes() for picture in load_split(DATASETS["mnist"], "test").images}
    assert all(picture[..., 0].tobytes() in test for picture in pictures[:6])
    assert np.array_equal(pictures[6:], as_shown(draw(read_generator(rung_path(digits, 8)), range(9, 15))))
    other = shown(figure("real-and-fake", request(digits, seed=10, rows=3)), digits)
    assert not np.array_equal(pictures[:6], other[:6])


@pytest.mark.parametrize("kind", ["ladder", "real-and-fake"])
def test_a_rung_from_another_run_is_refused(digits: Path, tmp_path: Path, kind: str) -> None:
    colour = write_tiny_run(tmp_path / "colour", FORMS["colour 32"])
    shutil.copy(rung_path(colour, KIMG[-1]), rung_path(digits, KIMG[-1]))
    with pytest.raises(UserError, match=f"{KIMG[-1]:06}.* is a generator of another size than run.json says"):
        figure(kind, request(digits))


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """A run of 40 pictures in a folder, of which a fifth was held out and lies in the run's own file."""
    folder = write_pictures(tmp_path / "drawings", 40, classes=1)
    run = write_tiny_run(tmp_path / "run", replace(FORMS["colour 32"], dataset=f"folder:{folder}"))
    held_out = load_split(folder_dataset(f"folder:{folder}", 32, 3), "test").images
    write_held_out(held_out_path(run), held_out)
    return run


def test_a_folder_with_few_pictures_gives_as_many_fakes(drawings: Path) -> None:
    page = figure("real-and-fake", request(drawings))
    # A fifth of 40 pictures is held out.
    assert len(shown(page, drawings)) == 2 * 8
    # In as few rows as leave the page no emptier than many would.
    assert 4 * page.figure.images[0].get_array().shape[0] > PAGE_PIXELS[1] / 2


@pytest.mark.parametrize("what", ["other pictures", "gone"])
def test_a_folders_real_pictures_are_those_that_training_never_saw_whatever_the_folder_has_become(
    drawings: Path, tmp_path: Path, what: str
) -> None:
    kept = {picture.tobytes() for picture in as_shown(read_held_out(held_out_path(drawings)).images)}
    if what == "gone":
        (tmp_path / "drawings").rename(tmp_path / "elsewhere")
    else:
        dice = np.random.default_rng(1)
        for number in range(100, 140):
            Image.fromarray(dice.integers(0, 256, (32, 32, 3), np.uint8)).save(tmp_path / "drawings" / f"{number}.png")
    real = shown(figure("real-and-fake", request(drawings)), drawings)[:8]
    assert {picture.tobytes() for picture in real} == kept


def test_real_pictures_that_are_missing_get_one_sentence(tmp_path: Path) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["colour 64"])
    with pytest.raises(
        UserError, match=r"real pictures of drawings can't be shown beside the fakes: .*is missing; "
    ) as refused:
        figure("real-and-fake", request(run))
    assert "\n" not in str(refused.value) and "--dataset" not in str(refused.value)


def test_a_folder_of_datasets_does_nothing_for_a_run_of_a_folder(drawings: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"--data-root does nothing for .*; leave it out\."):
        figure("real-and-fake", request(drawings, data_root=tmp_path))


def test_nothing_is_downloaded_for_a_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["colour 32"])
    (tmp_path / "data").mkdir()
    with pytest.raises(
        UserError, match=r"^The real pictures of CIFAR-10 can't .*: they are not on this computer; .*\.$"
    ):
        figure("real-and-fake", request(run, data_root=tmp_path / "data"))


@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_a_run_without_a_rung_gets_one_sentence(tmp_path: Path, kind: str) -> None:
    run = write_tiny_run(tmp_path / "run", FORMS["grey 28 of classes"])
    for path in (run / "ladder").iterdir():
        path.unlink()
    with pytest.raises(UserError, match="no rung in its ladder yet"):
        figure(kind, request(run))


@pytest.mark.parametrize("kind", sorted(set(FIGURES) - {"ladder"}))
def test_a_rung_that_is_not_there_gets_one_sentence(digits: Path, kind: str) -> None:
    with pytest.raises(UserError, match=r"no rung at 3 kimg; it has 2, 4, 8"):
        figure(kind, request(digits, kimg=3))


def test_spreading_keeps_both_ends() -> None:
    assert spread(range(1000), 10) == [0, 111, 222, 333, 444, 555, 666, 777, 888, 999]
    assert spread("abc", 3) == spread("abc", 9) == ["a", "b", "c"]
    assert spread("abc", 1) == ["a"]
