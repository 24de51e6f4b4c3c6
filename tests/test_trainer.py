"""The training loop: what it computes, when it saves, and what the judge says of it."""

import errno
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tiny_training import (
    CONFIG,
    CPU,
    IMAGE_COUNT,
    LAST_STEP,
    assert_same,
    tiny_images,
    tiny_inputs,
    tiny_judge,
    train_tiny,
)

from gan import tick_writer
from gan.checkpoint import read_dated_discriminator, read_generator
from gan.ema import ema_decay
from gan.networks import Generator, to_unit_range
from gan.run_log import Tick, ladder, latest_sample_path, read_ticks, rung_path, sample_path
from gan.sampler import draw, latents
from gan.step_speed import seconds_per_step
from gan.tick_writer import calibrated_discriminator
from gan.trainer import batch_indices, train
from gan.training_state import new_state
from gan.training_step import training_step


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing interrupted."""
    run = tmp_path_factory.mktemp("whole")
    assert train_tiny(run)
    return run


def test_a_finished_run_has_the_files_that_it_should(whole: Path) -> None:
    assert ladder(whole) == [2, 3]
    assert sorted(path.name for path in whole.iterdir()) == [
        *("discriminator.safetensors", "ladder", "samples", "state.safetensors", "stats.jsonl")
    ]
    discriminator, kimg = read_dated_discriminator(whole / "discriminator.safetensors")
    assert (discriminator.shape.width, kimg) == (CONFIG.discriminator_width, 3)
    ticks = read_ticks(whole)[0]
    assert [(tick.step, tick.kimg) for tick in ticks] == [(63, 1.008), (125, 2.0), (LAST_STEP, 3.008)]
    # The test's clock moves one second between the two looks at it that each tick takes.
    assert [(tick.seconds, tick.images_per_second) for tick in ticks] == [(1, 1008), (2, 992), (3, 1008)]


def test_a_tick_has_the_means_that_a_plain_loop_computes(whole: Path) -> None:
    """A second loop, written out plainly: unfused Adam, binary cross-entropy, its own shuffling."""
    state = new_state(CONFIG, 0, CPU, "float32")
    generator, discriminator, average = state.generator, state.discriminator, state.average
    adam_g, adam_d = (
        torch.optim.Adam(network.parameters(), lr=CONFIG.learning_rate, betas=(0.5, 0.999), fused=False, foreach=False)
        for network in (generator, discriminator)
    )
    noise, images = torch.Generator().manual_seed(0), tiny_images()
    order = np.concatenate(
        [np.random.default_rng((0, epoch)).permutation(IMAGE_COUNT)[: 31 * 16] for epoch in (0, 1, 2)]
    )
    ones, zeros = torch.ones(16), torch.zeros(16)
    measures = []
    for step in range(63):
        real = to_unit_range(images[order[step * 16 : (step + 1) * 16]])
        fake = generator(torch.randn(16, 4, generator=noise))
        real_logits, fake_logits = discriminator(real), discriminator(fake.detach())
        loss_d = F.binary_cross_entropy_with_logits(real_logits, ones) + F.binary_cross_entropy_with_logits(
            fake_logits, zeros
        )
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()
        loss_g = F.binary_cross_entropy_with_logits(discriminator(fake), ones)
        adam_g.zero_grad()
        loss_g.backward()
        adam_g.step()
        decay = ema_decay(16, (step + 1) * 16, 20.0, 0.05)
        with torch.no_grad():
            for mine, live in zip(average.parameters(), generator.parameters(), strict=True):
                mine.copy_(decay * mine + (1 - decay) * live)
        measures.append(
            [float(it.detach()) for it in (loss_g, loss_d, real_logits.sigmoid().mean(), fake_logits.sigmoid().mean())]
        )
    tick = read_ticks(whole)[0][0]
    expected = np.mean(measures, axis=0)
    assert (tick.generator_loss, tick.discriminator_loss) == pytest.approx(tuple(expected[:2]), abs=2e-4)
    assert (tick.real_probability, tick.fake_probability) == pytest.approx(tuple(expected[2:]), abs=2e-4)

    theirs = new_state(CONFIG, 0, CPU, "float32")
    for batch in itertools.islice(batch_indices(IMAGE_COUNT, 16, 0, 0), 63):
        training_step(theirs, images[batch], None, CONFIG, "float32")
    for plain, loop in (
        (generator, theirs.generator),
        (discriminator, theirs.discriminator),
        (average, theirs.average),
    ):
        for mine, other in zip(plain.parameters(), loop.parameters(), strict=True):
            assert torch.allclose(mine, other, atol=1e-3)


def test_a_step_leaves_the_discriminator_ready_to_learn() -> None:
    state = new_state(CONFIG, 0, CPU, "float32")
    training_step(state, tiny_images()[:16], None, CONFIG, "float32")
    assert all(parameter.requires_grad for parameter in state.discriminator.parameters())
    assert not any(parameter.requires_grad for parameter in state.average.parameters())
    assert not state.average.training


def test_the_saved_discriminator_knows_as_many_reals_as_fakes() -> None:
    """Its first batch norm must hold the plain mean and variance of what reaches it, and training must not notice."""
    state = new_state(CONFIG, 0, CPU, "float32")
    for _ in range(3):
        training_step(state, tiny_images()[:16], None, CONFIG, "float32")
    before = {name: tensor.clone() for name, tensor in state.discriminator.state_dict().items()}
    images = tiny_images()[: tick_writer.CALIBRATION_BATCH]
    calibrated = calibrated_discriminator(state, images, None)
    after = state.discriminator.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())

    fakes = state.average(latents(range(len(images)), CONFIG.latent_size))
    first_convolutions = state.discriminator.layers[:3]
    reached = first_convolutions(torch.cat((to_unit_range(images), fakes))).detach()
    norm = calibrated.layers[3]
    assert torch.allclose(norm.running_mean, reached.mean(dim=(0, 2, 3)), atol=1e-6)
    assert torch.allclose(norm.running_var, reached.var(dim=(0, 2, 3)), rtol=1e-4)


def test_bfloat16_trains_much_like_float32() -> None:
    losses = []
    for precision in ("float32", "bfloat16"):
        state = new_state(CONFIG, 0, CPU, precision)
        for batch in itertools.islice(batch_indices(IMAGE_COUNT, 16, 0, 0), 20):
            measures = training_step(state, tiny_images()[batch], None, CONFIG, precision)
        losses.append(measures)
        assert all(p.dtype == torch.float32 for p in state.generator.parameters())
    assert losses[0].dtype == losses[1].dtype == torch.float32
    assert torch.allclose(losses[0], losses[1], atol=0.1)


@pytest.mark.parametrize(("count", "batch_size"), [(40, 8), (43, 8), (8, 8)])
def test_every_epoch_shows_different_pictures_in_a_new_order(count: int, batch_size: int) -> None:
    steps = count // batch_size
    batches = list(itertools.islice(batch_indices(count, batch_size, 0, 0), 3 * steps))
    epochs = [torch.cat(batches[start : start + steps]).tolist() for start in range(0, 3 * steps, steps)]
    for epoch in epochs:
        assert len(set(epoch)) == len(epoch) == steps * batch_size
        assert set(epoch) <= set(range(count))
    assert epochs[0] != epochs[1] != epochs[2]
    for first_step in range(2 * steps + 1):
        assert torch.equal(next(batch_indices(count, batch_size, 0, first_step)), batches[first_step])
    assert not torch.equal(next(batch_indices(count, batch_size, 1, 0)), batches[0])


def test_where_a_judge_is_there_it_measures_each_rung_as_it_will_be_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tick_writer, "JUDGED_SEEDS", range(200))
    judge = tiny_judge()
    shown: list[Tick] = []
    inputs = replace(tiny_inputs(tmp_path), judge=judge, on_tick=shown.append)
    assert train(inputs, new_state(CONFIG, 0, CPU, "float32"))
    assert shown == read_ticks(tmp_path)[0]
    assert [tick.judge_distance is None for tick in shown] == [True, False, False]
    for tick, kimg in zip(shown[1:], (2, 3), strict=True):
        images = draw(read_generator(rung_path(tmp_path, kimg)), range(200))
        found = judge.measure(images)
        assert tick.judge_distance == pytest.approx(found.distance, abs=1e-3)
        assert tick.class_counts == found.class_counts
        assert tick.judge_floor == pytest.approx(judge.floor, abs=1e-3)


def test_the_fakes_that_are_judged_have_the_class_shares_of_the_real_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[int]] = []

    def noted(generator: Generator, seeds: range, classes: torch.Tensor | None = None) -> np.ndarray:
        if seeds == range(200):
            asked.append([] if classes is None else classes.tolist())
        return draw(generator, seeds, classes)

    monkeypatch.setattr(tick_writer, "JUDGED_SEEDS", range(200))
    monkeypatch.setattr(tick_writer, "draw", noted)
    config = replace(CONFIG, kimg=2, conditional=True)
    labels = (torch.arange(IMAGE_COUNT) % 5 == 0).long()
    inputs = replace(tiny_inputs(tmp_path, config=config), judge=tiny_judge(), labels=labels)
    assert train(inputs, new_state(config, 2, CPU, "float32"))
    assert asked == [[0] * 160 + [1] * 40]


def test_a_judge_does_not_change_what_is_learnt(tmp_path: Path, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick_writer, "JUDGED_SEEDS", range(200))
    assert train(replace(tiny_inputs(tmp_path), judge=tiny_judge()), new_state(CONFIG, 0, CPU, "float32"))
    assert_same(tmp_path, whole)


def test_an_output_that_fails_is_not_taken_for_a_full_disk(tmp_path: Path) -> None:
    def closed(tick: Tick) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with pytest.raises(BrokenPipeError):
        train(replace(tiny_inputs(tmp_path), on_tick=closed), new_state(CONFIG, 0, CPU, "float32"))


@settings(max_examples=60, deadline=None)
@given(count=st.integers(1, 40), surplus=st.integers(0, 90), seed=st.integers(0, 9), first_step=st.integers(0, 9))
def test_a_step_that_needs_more_pictures_than_there_are_uses_all_of_them_as_often_as_each_other(
    count: int, surplus: int, seed: int, first_step: int
) -> None:
    images_per_step = count + surplus
    batches = list(itertools.islice(batch_indices(count, images_per_step, seed, 0), first_step + 1))
    for batch in batches:
        uses = np.bincount(batch.numpy(), minlength=count)
        assert uses.sum() == images_per_step and len(uses) == count
        assert {*uses.tolist()} <= {images_per_step // count, -(-images_per_step // count)}
    assert torch.equal(next(batch_indices(count, images_per_step, seed, first_step)), batches[first_step])


def test_the_probe_takes_time_and_leaves_the_run_alone() -> None:
    state = new_state(CONFIG, 0, CPU, "float32")
    before = state.random.get_state()
    assert seconds_per_step(CONFIG, 0, CPU, "float32") > 0
    assert state.step == 0
    assert torch.equal(state.random.get_state(), before)


def test_the_newest_grid_follows_every_tick(tmp_path: Path) -> None:
    """Of the same latents as the kept ones, so that it is the same picture where a tick is also a mark."""
    seen: dict[int, bytes] = {}
    state = new_state(CONFIG, 0, CPU, "float32")

    def look(tick: Tick) -> None:
        seen[tick.step] = latest_sample_path(tmp_path).read_bytes()

    # A pause after step 100 makes a tick between two marks.
    looks = itertools.count()
    pause = replace(tiny_inputs(tmp_path), on_tick=look, should_pause=lambda: state.step == 100 and next(looks) == 0)
    assert train(pause, state)
    kept = [sample_path(tmp_path, kimg).read_bytes() for kimg in (1, 2, 3)]
    assert [seen[step] for step in (63, 125, LAST_STEP)] == kept
    assert list(seen) == [63, 100, 125, LAST_STEP]
    assert len(set(seen.values())) == 4
    with Image.open(latest_sample_path(tmp_path)) as picture:
        assert (picture.size, picture.mode) == ((224, 224), "L")
