"""What to do where a device has too little memory: smaller batches while nothing is learnt yet, then the CPU."""

from dataclasses import dataclass, replace

from gan.config import DeviceName, TrainingConfig

# Smaller ones learn badly, batch norm above all.
MIN_BATCH_SIZE = 8


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a run: what is trained, where, and whether it goes on from a saved state."""

    config: TrainingConfig
    device: DeviceName
    resumes: bool


def is_out_of_memory(error: BaseException) -> bool:
    """Returns whether an error of PyTorch or NumPy means that memory, a device's or the computer's, is used up."""
    # Only CUDA has a class of its own for it; the others have words.
    words = ("out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED")
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and any(word in str(error) for word in words)
    )


def next_attempt(asked: TrainingConfig, failed: Attempt, device_kind: str, has_state: bool) -> Attempt | None:
    """Returns what to try after `failed` ran out of memory on a device; None where that was the CPU already.

    A run with a saved state keeps its batch size, which is part of what it learns; a new one is `asked` for anew.
    """
    if device_kind == "cpu":
        return None
    if failed.resumes or has_state:
        return Attempt(failed.config, "cpu", resumes=True)
    half = failed.config.batch_size // 2
    if half >= MIN_BATCH_SIZE:
        return replace(failed, config=replace(failed.config, batch_size=half))
    return Attempt(asked, "cpu", resumes=False)


def attempt_in_words(failed: Attempt, following: Attempt) -> str:
    """Returns what is tried next, as the end of a sentence."""
    if following.device == "cpu" != failed.device:
        return "going on on the CPU" if following.resumes else f"trying the CPU, batch {following.config.batch_size}"
    return f"trying batch {following.config.batch_size}"
