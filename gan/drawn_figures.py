"""The figures whose pictures a run's generators draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from gan.dataset import Dataset
from gan.datasets import DATASETS, FOLDER_PREFIX, dataset_title, find_dataset, load_split
from gan.errors import UserError
from gan.figure_page import Page
from gan.held_out import read_held_out
from gan.judge import Judge, find_judge
from gan.latent_pages import Judged, PlaneView, Ways, interpolation_page, plane_page, walk_page
from gan.latent_paths import norm_multiples, path_to_zero, plane_grid, plane_through, spherical_path, straight_path
from gan.networks import Generator
from gan.picture_pages import Label, columns_that_fit, table_page, two_halves_page
from gan.run_log import RunRecord, held_out_path, ladder, measured_rungs
from gan.sampler import classes_of, draw, draw_codes, latents, load_rung

Pictures = NDArray[np.uint8]
Element = TypeVar("Element")

STEPS = 11
PLANE_COLUMNS, PLANE_ROWS = 13, 9
# How many latents the judge looks at on their way to zero.
JUDGED_COUNT = 256


@dataclass(frozen=True, slots=True)
class Request:
    """Which run, and what of it: `kimg` None is its last rung, `rows` None as many as suit the figure."""

    run: Path
    record: RunRecord
    headline: str
    seed: int = 0
    kimg: int | None = None
    rows: int | None = None
    data_root: Path | None = None


def ladder_page(request: Request) -> Page:
    """Returns a page with a row for each rung, from the first to the last, and a column for each seed."""
    rungs = ladder(request.run)
    # With its sentence where there is none.
    load_rung(request.run, None)
    shown = spread(rungs, request.rows or 12)
    columns = columns_that_fit(len(shown), request.record.config.image_size)
    seeds = range(request.seed, request.seed + columns)
    pictures = np.stack([draw(load_rung(request.run, kimg), seeds) for kimg in shown])
    measured = measured_rungs(request.run)
    distances = {kimg: tick.judge_distance for kimg, tick in measured.items()}
    labels = [(f"{kimg} kimg", f"judge distance {distances[kimg]:.3g}" if kimg in distances else "") for kimg in shown]
    which = "every rung" if len(shown) == len(rungs) else f"{len(shown)} of its {len(rungs)} rungs"
    caption = (
        f"What the latents of seeds {_seeds(seeds)} become while the generator is trained: a row for {which} of the "
        "ladder (kimg: thousands of real pictures seen)."
    )
    return table_page(request.headline, caption, pictures, labels, _columns(seeds))


def real_and_fake_page(request: Request) -> Page:
    """Returns a page with held-out real pictures at the left, and as many fakes at the right."""
    config = request.record.config
    generator, kimg = _rung(request)
    real = _real_pictures(request)
    rows = request.rows or 8
    count = min(rows * _half_columns(rows), len(real))
    # Of few pictures larger ones, and a full page all the same.
    rows = next(fewer for fewer in range(1, rows + 1) if fewer * _half_columns(fewer) >= count)
    chosen = np.random.default_rng(request.seed).choice(len(real), count, replace=False)
    seeds = range(request.seed, request.seed + count)
    caption = (
        f"Left: {count} real pictures of {dataset_title(config.dataset)} that training never saw, drawn by lot (seed "
        f"{request.seed}); right: {count} fakes at {kimg} kimg, seeds {_seeds(seeds)}, none left out."
    )
    return two_halves_page(request.headline, caption, real[chosen], draw(generator, seeds), rows)


def _half_columns(rows: int) -> int:
    """Returns how many columns of pictures half a page of so many rows has room for."""
    return max(1, 3 * rows // 4)


def classes_page(request: Request) -> Page:
    """Returns a page with a row for each class and a column for each style; raises UserError where none is known."""
    generator, kimg = _rung(request)
    class_count = generator.shape.class_count
    if not class_count:
        raise UserError(
            f"{request.run} knows no classes, so there is no figure of them; train with --conditional for one."
        )
    shown = spread(range(class_count), request.rows or 10)
    columns = columns_that_fit(len(shown), generator.shape.image_size)
    seeds = range(request.seed, request.seed + columns)
    codes = latents(seeds, generator.shape.latent_size)
    numbers = torch.tensor(shown).repeat_interleave(len(seeds))
    pictures = draw_codes(generator, codes.repeat(len(shown), 1), numbers)
    names = request.record.class_names
    labels: list[Label] = [(names[number] if len(names) == class_count else str(number), "") for number in shown]
    which = "every class" if len(shown) == class_count else f"{len(shown)} of the {class_count:,} classes"
    caption = (
        f"{which[0].upper()}{which[1:]} in {len(seeds)} styles at {kimg} kimg: a row asks for one class, and all "
        f"pictures of a column have the same latent (seeds {_seeds(seeds)})."
    )
    return table_page(
        request.headline,
        caption,
        pictures.reshape(len(shown), len(seeds), *pictures.shape[1:]),
        labels,
        _columns(seeds),
    )


def interpolation(request: Request) -> Page:
    """Returns a page with the straight and the spherical way between the latents of several pairs of seeds."""
    generator, kimg = _rung(request)
    size, count = generator.shape.latent_size, request.rows or 3
    shares = np.linspace(0, 1, STEPS)
    starts = range(request.seed, request.seed + count)
    pairs = []
    for start in starts:
        # Both ends of a class, where there are classes, so that each is the picture of its seed.
        end = start + (generator.shape.class_count or count)
        first, last = latents((start, end), size).double().numpy()
        straight, spherical = straight_path(first, last, shares), spherical_path(first, last, shares)
        label = (f"seed {start} to {end}", _class_name(request, generator, start))
        pairs.append(
            Ways(
                label,
                _drawn(generator, straight, start),
                _drawn(generator, spherical, start),
                norm_multiples(straight),
                norm_multiples(spherical),
            )
        )
    caption = (
        f"From the latent of one seed to another's at {kimg} kimg, in equal steps: straight on, past shorter "
        "latents than training used, and along the sphere, where none is short."
    )
    return interpolation_page(request.headline, caption, pairs, shares, size)


def plane(request: Request) -> Page:
    """Returns a page with the plane through the latents of three seeds."""
    generator, kimg = _rung(request)
    step = generator.shape.class_count or 1
    seeds = (request.seed, request.seed + step, request.seed + 2 * step)
    corners = latents(seeds, generator.shape.latent_size).double().numpy()
    flat = plane_through(*corners)
    marks = flat.coordinates(corners)
    xs, ys = plane_grid([(float(x), float(y)) for x, y in marks], PLANE_COLUMNS, PLANE_ROWS)
    points = flat.latent(*np.meshgrid(xs, ys))
    pictures = _drawn(generator, points.reshape(-1, points.shape[-1]), request.seed)
    nearest = flat.coordinates(np.zeros(corners.shape[1]))
    view = PlaneView(
        pictures.reshape(PLANE_ROWS, PLANE_COLUMNS, *pictures.shape[1:]),
        xs,
        ys,
        marks,
        draw(generator, seeds),
        [f"seed {seed}" for seed in seeds],
        nearest,
        norm_multiples(np.stack((*corners, flat.latent(*nearest)))),
    )
    name = _class_name(request, generator, request.seed)
    caption = (
        f"The plane through the latents A, B and C (seeds {', '.join(map(str, seeds))}{f', {name}' if name else ''}) "
        f"at {kimg} kimg, in equal steps; latents of d = {generator.shape.latent_size} numbers, such as training "
        "used, have norms near √d."
    )
    return plane_page(request.headline, caption, view)


def walk_to_zero(request: Request) -> Page:
    """Returns a page with latents that are shortened to zero, and what the judge sees on the way."""
    generator, kimg = _rung(request)
    size = generator.shape.latent_size
    shares = np.linspace(1, 0, STEPS)
    seeds = range(request.seed, request.seed + (request.rows or 5))
    paths = np.stack([path_to_zero(latent, shares) for latent in latents(seeds, size).double().numpy()])
    pictures = np.stack([_drawn(generator, path, seed) for path, seed in zip(paths, seeds, strict=True)])
    labels: list[Label] = [(f"seed {seed}", _class_name(request, generator, seed)) for seed in seeds]
    judged = _judged(request, generator, pictures, shares)
    caption = (
        f"Latents z of seeds {_seeds(seeds)}, shortened to zero at {kimg} kimg: do pictures lose their meaning where "
        f"training hardly ever was? Below each: {'what the judge takes it for, how surely, and ' if judged else ''}the "
        f"latent's norm as a multiple of √d (d = {size}), near which latents lie."
    )
    return walk_page(request.headline, caption, pictures, labels, norm_multiples(paths), shares, judged)


def _judged(request: Request, generator: Generator, pictures: Pictures, shares: NDArray[np.float64]) -> Judged | None:
    judge = _judge(request, generator)
    if judge is None:
        return None
    names, probabilities = _most_probable(judge, pictures.reshape(-1, *pictures.shape[2:]))
    shape = pictures.shape[:2]
    seeds = range(request.seed, request.seed + JUDGED_COUNT)
    codes = latents(seeds, generator.shape.latent_size).double().numpy()
    classes = classes_of(seeds, generator.shape.class_count)
    many = [
        _most_probable(judge, draw_codes(generator, torch.from_numpy(share * codes).float(), classes))[1]
        for share in shares
    ]
    return Judged(
        np.array(names).reshape(shape).tolist(),
        probabilities.reshape(shape),
        np.stack(many, axis=1),
        1 / judge.class_count,
    )


def _judge(request: Request, generator: Generator) -> Judge | None:
    dataset = _dataset(request)
    return find_judge(dataset) if dataset and generator.shape.image_size == 28 else None


def _most_probable(judge: Judge, pictures: Pictures) -> tuple[list[str], NDArray[np.float32]]:
    """Returns the most probable class of each picture and its probability; of stacked digits, all three together."""
    answers = judge.class_probabilities(pictures)
    class_names = DATASETS[judge.dataset].class_names
    return [class_names[number] for number in answers.argmax(axis=1)], answers.max(axis=1)


FIGURES: dict[str, Callable[[Request], Page]] = {
    "ladder": ladder_page,
    "real-and-fake": real_and_fake_page,
    "interpolation": interpolation,
    "plane": plane,
    "walk-to-zero": walk_to_zero,
    "classes": classes_page,
}


def _rung(request: Request) -> tuple[Generator, int]:
    generator = load_rung(request.run, request.kimg)
    return generator, ladder(request.run)[-1] if request.kimg is None else request.kimg


def _drawn(generator: Generator, codes: NDArray[np.float64], seed: int) -> Pictures:
    """Returns the pictures of latents, float64 (count, latent_size), all of the class of a seed."""
    classes = classes_of([seed] * len(codes), generator.shape.class_count)
    return draw_codes(generator, torch.from_numpy(codes).float(), classes)


def _class_name(request: Request, generator: Generator, seed: int) -> str:
    count, names = generator.shape.class_count, request.record.class_names
    if not count:
        return ""
    return f"class {names[seed % count] if len(names) == count else seed % count}"


def _dataset(request: Request) -> Dataset | None:
    """Returns the dataset of the run where it is a published one: a folder may be on another computer."""
    return DATASETS.get(request.record.config.dataset)


def _real_pictures(request: Request) -> Pictures:
    config = request.record.config
    is_folder = config.dataset.startswith(FOLDER_PREFIX)
    if is_folder and request.data_root is not None:
        raise UserError(
            f"--data-root does nothing for {request.run}, which has real pictures of its own; leave it out."
        )
    try:
        if is_folder:
            # The folder may be elsewhere by now, or have other pictures, of which others would be held out.
            return read_held_out(held_out_path(request.run)).images
        dataset = find_dataset(config.dataset, config.image_size, config.channels)
        return load_split(dataset, "test", request.data_root, _never_download).images
    except UserError as error:
        raise UserError(
            f"The real pictures of {dataset_title(config.dataset)} can't be shown beside the fakes: {error}"
        ) from error


def _never_download(dataset: Dataset, root: Path) -> None:
    raise UserError("they are not on this computer; name the folder that has them with --data-root.")


def _seeds(seeds: range) -> str:
    return f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else str(seeds[0])


def _columns(seeds: range) -> list[str]:
    return [f"seed {seed}" for seed in seeds]


def spread(elements: Sequence[Element], count: int) -> list[Element]:
    """Returns all elements, or as many as `count`, evenly spread from the first to the last."""
    if len(elements) <= count:
        return list(elements)
    places = np.linspace(0, len(elements) - 1, count).round().astype(int)
    return [elements[place] for place in places]
