"""What follows where a device has too little memory."""

from dataclasses import replace

import pytest
import torch

from gan.config import TrainingConfig
from gan.out_of_memory import Attempt, attempt_in_words, is_out_of_memory, next_attempt

ASKED = TrainingConfig(batch_size=64)


def _chain(asked: TrainingConfig) -> list[tuple[str, int]]:
    """Returns devices and batch sizes of all attempts where each one runs out of memory."""
    attempt: Attempt | None = Attempt(asked, "auto", resumes=False)
    tried = []
    while attempt is not None:
        tried.append((attempt.device, attempt.config.batch_size))
        attempt = next_attempt(asked, attempt, "cpu" if attempt.device == "cpu" else "cuda", has_state=False)
    return tried


@pytest.mark.parametrize(
    ("batch_size", "batch_sizes"),
    [(64, [64, 32, 16, 8, 64]), (100, [100, 50, 25, 12, 100]), (16, [16, 8, 16]), (8, [8, 8]), (2, [2, 2])],
)
def test_a_new_run_halves_its_batch_down_to_8_and_then_takes_the_cpu_as_asked(
    batch_size: int, batch_sizes: list[int]
) -> None:
    tried = _chain(replace(ASKED, batch_size=batch_size))
    assert [size for _, size in tried] == batch_sizes
    assert [device for device, _ in tried] == ["auto"] * (len(tried) - 1) + ["cpu"]


@pytest.mark.parametrize(("resumes", "has_state"), [(True, True), (True, False), (False, True)])
def test_what_was_learnt_goes_on_on_the_cpu_with_its_own_batch(resumes: bool, has_state: bool) -> None:
    halved = replace(ASKED, batch_size=32)
    following = next_attempt(ASKED, Attempt(halved, "cuda", resumes), "cuda", has_state)
    assert following == Attempt(halved, "cpu", resumes=True)


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_after_the_cpu_comes_nothing(device: str) -> None:
    assert next_attempt(ASKED, Attempt(ASKED, device, False), "cpu", has_state=True) is None  # type: ignore[arg-type]


def test_only_what_changes_is_said() -> None:
    new, half = Attempt(ASKED, "auto", False), Attempt(replace(ASKED, batch_size=32), "auto", False)
    assert attempt_in_words(new, half) == "trying batch 32"
    assert attempt_in_words(half, Attempt(ASKED, "cpu", False)) == "trying the CPU, batch 64"
    assert attempt_in_words(half, Attempt(ASKED, "cpu", True)) == "going on on the CPU"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."), True),
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9.05 GB)"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"), True),
        (MemoryError(), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (OSError(28, "out of memory"), False),
        (ValueError("out of memory"), False),
    ],
    ids=str,
)
def test_every_devices_way_to_say_it_is_understood(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_a_real_refusal_of_the_cpu_is_understood() -> None:
    with pytest.raises(RuntimeError) as refusal:
        torch.empty(2**60, dtype=torch.uint8)
    assert is_out_of_memory(refusal.value)
