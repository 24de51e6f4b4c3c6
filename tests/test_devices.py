"""The choice of device and of arithmetic."""

import pytest
import torch

from gan.config import Precision
from gan.devices import (
    device_title,
    faster_precision,
    find_device,
    free_memory,
    leave_a_core,
    median_seconds,
    memory_format,
)
from gan.errors import UserError

CPU = torch.device("cpu")


def _only(monkeypatch: pytest.MonkeyPatch, *there: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in there)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in there)


@pytest.mark.parametrize(
    ("there", "expected"), [(("cuda", "mps"), "cuda"), (("mps",), "mps"), ((), "cpu")], ids=["both", "mps", "none"]
)
def test_auto_takes_cuda_then_mps_then_the_cpu(
    monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...], expected: str
) -> None:
    _only(monkeypatch, *there)
    assert find_device("auto").type == expected


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _only(monkeypatch)
    with pytest.raises(UserError, match="--device cuda"):
        find_device("cuda")


@pytest.mark.parametrize(
    ("bfloat16_seconds", "expected"), [(0.5, "bfloat16"), (0.9, "float32"), (1.0, "float32"), (3.0, "float32")]
)
def test_bfloat16_is_taken_only_where_it_pays(bfloat16_seconds: float, expected: Precision) -> None:
    assert faster_precision(CPU, lambda it: 1.0 if it == "float32" else bfloat16_seconds) == expected


def test_apple_gpus_are_not_probed() -> None:
    def probe(precision: Precision) -> float:
        raise AssertionError("probed")

    assert faster_precision(torch.device("mps"), probe) == "float32"


def test_the_layout_goes_with_the_arithmetic() -> None:
    assert memory_format("bfloat16") == torch.channels_last
    assert memory_format("float32") == torch.contiguous_format


def test_the_median_leaves_the_warm_up_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each run takes as many seconds as listed; the first two are slow because they warm up.
    durations = iter([100.0, 100.0, 3.0, 1.0, 9.0, 2.0, 4.0])
    now = [0.0]

    def work() -> None:
        now[0] += next(durations)

    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    assert median_seconds(work, CPU) == 3.0


def test_a_measurement_that_takes_too_long_makes_do_with_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    durations = iter([3.0, 1.0, 2.0])
    now = [0.0]

    def work() -> None:
        now[0] += next(durations)

    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    assert median_seconds(work, CPU, budget_seconds=2.5) == 3.0
    assert median_seconds(work, CPU, budget_seconds=2.5) == 1.0


def test_the_title_counts_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    assert device_title(CPU) == "CPU, 1 thread"
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    assert device_title(CPU) == "CPU, 2 threads"


@pytest.mark.parametrize(("threads", "left"), [(8, 7), (2, 1), (1, 1)])
def test_a_core_is_left_to_others_where_there_are_several(
    monkeypatch: pytest.MonkeyPatch, threads: int, left: int
) -> None:
    chosen: list[int] = []
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    monkeypatch.setattr(torch, "set_num_threads", chosen.append)
    leave_a_core()
    assert chosen == [left]
    # Who says how many gets as many.
    monkeypatch.setenv("OMP_NUM_THREADS", str(threads))
    leave_a_core()
    assert chosen == [left]


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_freed_memory_goes_back_to_the_device(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    emptied: list[str] = []
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: emptied.append("cuda"))
    monkeypatch.setattr(torch.mps, "empty_cache", lambda: emptied.append("mps"))
    free_memory(torch.device(kind))
    free_memory(CPU)
    assert emptied == [kind]
