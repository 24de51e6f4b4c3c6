"""TensorBoard's event files, read back by TensorBoard's own reader."""

import math
import sys
import zipfile
from dataclasses import asdict, replace
from importlib.machinery import PathFinder
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from shared_run import RECORD
from tiny_training import CONFIG, CPU, tiny_images

import gan.event_files
from gan import training_work
from gan.config import TrainingConfig
from gan.distributed import World
from gan.errors import UserError
from gan.event_files import FOLDER, event_files, require_tensorboard
from gan.run_export import export_run
from gan.run_files import kind_of
from gan.run_log import Tick, append_tick, read_record, read_ticks, sample_marks, sample_path
from gan.sampler import png_bytes
from gan.stop_requests import Output, StopSignals
from gan.training_command import run_train_command
from gan.training_preparation import Preparation
from gan.training_state import new_state

accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

IMAGES_PER_STEP = CONFIG.images_per_step
TICK = Tick(1.0, 63, 1.0, 900.0, 1.5, 0.5, 0.75, 0.25)
TINY = [
    "--kimg=3", "--batch-size=16", "--latent-size=4", "--generator-width=4", "--discriminator-width=4",
    "--tick-kimg=1", "--precision=float32", "--device=cpu",
]  # fmt: skip


def read(run: Path) -> Any:
    events = accumulators.EventAccumulator(str(run / FOLDER), size_guidance={"images": 0, "scalars": 0, "tensors": 0})
    events.Reload()
    return events


def scalars(run: Path, tag: str) -> list[tuple[int, float]]:
    return [(event.step, event.value) for event in read(run).Scalars(tag)]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run" / "samples").mkdir(parents=True)
    return tmp_path / "run"


def write_grid(run: Path, kimg: int, channels: int = 1, size: int = 28) -> np.ndarray:
    shape = (8 * size, 8 * size) if channels == 1 else (8 * size, 8 * size, 3)
    pixels = np.random.default_rng(kimg).integers(0, 256, shape, np.uint8)
    sample_path(run, kimg).write_bytes(png_bytes(pixels))
    return pixels


def test_every_figure_of_a_tick_is_a_scalar_over_the_pictures_shown(run: Path) -> None:
    full = replace(
        TICK, step=125, kimg=2.0, real_logit=2.5, fake_logit=-2.5, judge_distance=8.0, judge_floor=0.25,
        class_counts=[10, 30], mode_count=7, mode_kl=0.5, judge_seconds=3.0,
    )  # fmt: skip
    with event_files(run, replace(RECORD, config=CONFIG, class_names=["shoe", "bag"]), 0) as write:
        write(TICK)
        write(full)
    expected = {f"tick/{name}": value for name, value in asdict(full).items() if name != "class_counts"}
    expected |= {"class_counts/shoe": 10, "class_counts/bag": 30}
    assert set(read(run).Tags()["scalars"]) == set(expected)
    for tag, value in expected.items():
        assert scalars(run, tag)[-1] == (125 * 16, pytest.approx(value))
    assert scalars(run, "tick/generator_loss") == [(63 * 16, 1.5), (125 * 16, 1.5)]
    assert [step for step, _ in scalars(run, "tick/judge_distance")] == [125 * 16]


def test_a_thousand_classes_are_not_a_thousand_charts(run: Path) -> None:
    with event_files(run, replace(RECORD, config=CONFIG), 0) as write:
        write(replace(TICK, class_counts=[1] * 1000, mode_count=900))
    assert not [tag for tag in read(run).Tags()["scalars"] if tag.startswith("class_counts")]


@pytest.mark.parametrize(("channels", "size"), [(1, 28), (3, 32), (3, 64)])
def test_each_grid_comes_once_pixel_by_pixel(run: Path, channels: int, size: int) -> None:
    config = TrainingConfig(batch_size=16, channels=channels, image_size=size)
    with event_files(run, replace(RECORD, config=config), 0) as write:
        first = write_grid(run, 1, channels, size)
        write(TICK)
        write(replace(TICK, step=70, kimg=1.12))
        second = write_grid(run, 2, channels, size)
        # Not written yet as far as this tick goes.
        write_grid(run, 4, channels, size)
        sample_path(run, 3).write_bytes(b"damaged")
        write(replace(TICK, step=188, kimg=3.008))
    events = read(run).Images("samples")
    assert [event.step for event in events] == [1000, 2000]
    for event, pixels in zip(events, (first, second), strict=True):
        assert np.array_equal(np.array(Image.open(BytesIO(event.encoded_image_string)).convert("RGB")),
                              np.array(Image.fromarray(pixels).convert("RGB")))  # fmt: skip


def test_the_record_is_there_as_text(run: Path) -> None:
    with event_files(run, replace(RECORD, config=CONFIG), 0):
        pass
    (event,) = read(run).Tensors("run.json/text_summary")
    assert '"latent_size": 4' in event.tensor_proto.string_val[0].decode()


def test_what_is_written_can_be_read_at_once(run: Path) -> None:
    with event_files(run, replace(RECORD, config=CONFIG), 0) as write:
        for number in (1, 2, 3):
            write(replace(TICK, step=63 * number))
            assert len(scalars(run, "tick/step")) == number


def test_going_on_after_a_crash_leaves_no_event_of_what_was_lost(run: Path) -> None:
    record = replace(RECORD, config=CONFIG)
    with event_files(run, record, 0) as write:
        for step in (63, 125, 188):
            write_grid(run, step * 16 // 1000)
            write(replace(TICK, step=step, kimg=step * 16 / 1000, generator_loss=1.0))
    sample_path(run, 3).unlink()
    with event_files(run, record, 125) as write:
        pass
    assert scalars(run, "tick/generator_loss") == [(1008, 1), (2000, 1)]
    with event_files(run, record, 125) as write:
        write_grid(run, 3)
        write(replace(TICK, step=188, kimg=3.008, generator_loss=2.0))
    assert scalars(run, "tick/generator_loss") == [(1008, 1), (2000, 1), (3008, 2)]
    assert [event.step for event in read(run).Images("samples")] == [1000, 2000, 3000]


def test_a_run_that_begins_anew_has_its_old_events_no_longer(run: Path) -> None:
    record = replace(RECORD, config=CONFIG)
    for loss in (1.0, 2.0):
        with event_files(run, record, 0) as write:
            write(replace(TICK, generator_loss=loss))
    assert scalars(run, "tick/generator_loss") == [(1008, 2)]


def test_a_run_that_had_none_gets_those_of_its_past(run: Path) -> None:
    for step in (63, 125):
        append_tick(run, replace(TICK, step=step, kimg=step * 16 / 1000))
        write_grid(run, step * 16 // 1000)
    with event_files(run, replace(RECORD, config=CONFIG), 125) as write:
        write(replace(TICK, step=188, kimg=3.008))
    assert [step for step, _ in scalars(run, "tick/step")] == [1008, 2000, 3008]
    assert [event.step for event in read(run).Images("samples")] == [1000, 2000]


def test_the_largest_numbers_of_a_tick_are_written(run: Path) -> None:
    with event_files(run, replace(RECORD, config=CONFIG), 0) as write:
        write(replace(TICK, generator_loss=10**18, discriminator_loss=-1e18, class_counts=[10**18]))
    assert all(math.isfinite(value) for _, value in scalars(run, "tick/generator_loss"))


def test_a_file_in_the_folders_place_gets_one_sentence(run: Path) -> None:
    (run / FOLDER).write_text("in the way")
    with pytest.raises(UserError, match=r"tensorboard can't be written .*without --tensorboard\.$"):
        event_files(run, replace(RECORD, config=CONFIG), 0).__enter__()


def train(*arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        # Without a judge, who would take longer than all the rest.
        patch.setattr("gan.training_preparation.find_judge", lambda *of: None)
        return run_train_command(arguments)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 3 kimg that was resumed for one more."""
    run = tmp_path_factory.mktemp("runs") / "run"
    assert train(*TINY, f"--out={run}", "--tensorboard") == 0
    assert train(f"--resume={run}", "--kimg=4", "--tensorboard") == 0
    return run


def test_training_writes_what_stats_has_and_a_resumed_run_goes_on(trained: Path) -> None:
    ticks = read_ticks(trained)[0]
    assert len(ticks) == 4
    for name in ("generator_loss", "images_per_second"):
        expected = [(tick.step * 16, pytest.approx(getattr(tick, name), rel=1e-6)) for tick in ticks]
        assert scalars(trained, f"tick/{name}") == expected
    assert [event.step for event in read(trained).Images("samples")] == [1000 * kimg for kimg in sample_marks(trained)]


def test_an_exported_run_leaves_them_out(trained: Path) -> None:
    stream = BytesIO()
    export_run(trained, stream, lambda share, text: None)
    assert list((trained / FOLDER).iterdir())
    assert not [name for name in zipfile.ZipFile(stream).namelist() if FOLDER in name]
    assert kind_of(f"{FOLDER}/events.out.tfevents.1") is None


def test_without_the_flag_nothing_is_written(tmp_path: Path) -> None:
    assert train(*TINY, "--kimg=1", f"--out={tmp_path / 'run'}") == 0
    assert not (tmp_path / "run" / FOLDER).exists()


def test_a_missing_package_is_said_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gan.event_files, "find_spec", lambda name: None)
    assert train(*TINY, f"--out={tmp_path / 'run'}", "--tensorboard") == 2
    captured = capsys.readouterr()
    assert "pip install tensorboard" in captured.err and captured.err.count("\n") == 1
    assert "Loading" not in captured.out
    assert not list(tmp_path.iterdir())


def test_a_folder_of_that_name_is_not_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tensorboard").mkdir()
    monkeypatch.setattr(gan.event_files, "find_spec", lambda name: PathFinder.find_spec(name, [str(tmp_path)]))
    with pytest.raises(UserError, match="pip install tensorboard"):
        require_tensorboard()


def test_a_broken_package_gets_one_sentence(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(UserError, match="pip install --upgrade tensorboard"):
        event_files(run, replace(RECORD, config=CONFIG), 0).__enter__()


def test_only_the_first_process_writes_them(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gan.trainer.train", lambda inputs, state: inputs.on_tick(TICK) or True)
    # Of two processes, one after the other here.
    monkeypatch.setattr(World, "wait_for_all", lambda world: None)
    record = replace(read_record(trained), config=CONFIG)
    preparation = Preparation(record, tiny_images(), None, new_state(CONFIG, 0, CPU, "float32"), None, ())
    for rank in (1, 0):
        folder = tmp_path / str(rank)
        folder.mkdir()
        training_work.train_run(folder, preparation, StopSignals(listening=False), Output(), World(rank, 2), True)
    assert not (tmp_path / "1" / FOLDER).exists()
    assert scalars(tmp_path / "0", "tick/step") == [(1008, 63)]
