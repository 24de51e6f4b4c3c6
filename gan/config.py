"""What a training run can be told: every field here is a command-line flag of train.py."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from gan.errors import UserError

DatasetName = Literal["mnist", "fashion-mnist"]
DeviceName = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["float32", "bfloat16"]

# What a checkpoint may ask for, and so what may be trained: a file from a stranger must not fill the memory.
MAX_LATENT_SIZE = 512
MAX_WIDTH = 256
MAX_BATCH_SIZE = 4096
# Of lengths and rates: rungs are named by six digits.
BELOW = 1_000_000

# Seen from a checkout; the program is run in place, not installed.
PROJECT_ROOT = Path(__file__).resolve().parent.parent
ASSETS_ROOT = PROJECT_ROOT / "assets"
CHECKPOINTS_ROOT = PROJECT_ROOT / "checkpoints"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What is trained, and how; a resumed run keeps all of it but the length."""

    dataset: DatasetName = "mnist"
    """Which pictures to learn from."""
    kimg: int = 3000
    """Length of the run, in thousands of real images shown to the discriminator."""
    batch_size: int = 64
    """Real images per step."""
    seed: int = 0
    """Fixes the first weights, the order of the data and every latent."""
    latent_size: int = 64
    """Length of the generator's input vector."""
    generator_width: int = 64
    """Channels of the generator at half the picture's size; twice as many below, half above."""
    discriminator_width: int = 64
    """Channels of the discriminator at a quarter of the picture's size; half as many above, twice below."""
    learning_rate: float = 2e-4
    """Adam's step size, for both networks."""
    adam_beta1: float = 0.5
    """Adam's decay of the gradient's mean."""
    adam_beta2: float = 0.999
    """Adam's decay of the gradient's square."""
    ema_half_life_kimg: float = 20.0
    """Half-life of the moving average of the generator's weights; the average is what is saved and played."""
    ema_ramp_up: float = 0.05
    """The half-life is never longer than this share of the images seen so far."""
    tick_kimg: int = 4
    """Interval between progress records, each with a saved state."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Arithmetic of the networks; auto takes bfloat16 where a short probe finds it faster."""

    def __post_init__(self) -> None:
        positive = ("kimg", "tick_kimg", "learning_rate", "ema_half_life_kimg")
        for name in positive:
            if not 0 < getattr(self, name) < BELOW:
                raise UserError(f"--{_flag(name)} is {getattr(self, name)}; give a number above 0 and below {BELOW}.")
        for name in ("generator_width", "discriminator_width"):
            width = getattr(self, name)
            if not 2 <= width <= MAX_WIDTH or width % 2:
                raise UserError(f"--{_flag(name)} is {width}; give an even number from 2 to {MAX_WIDTH}.")
        if not 2 <= self.latent_size <= MAX_LATENT_SIZE:
            raise UserError(f"--latent-size is {self.latent_size}; give a number from 2 to {MAX_LATENT_SIZE}.")
        for name in ("adam_beta1", "adam_beta2", "ema_ramp_up"):
            if not 0 <= getattr(self, name) < 1:
                raise UserError(f"--{_flag(name)} is {getattr(self, name)}; give a number from 0 to below 1.")
        if not 2 <= self.batch_size <= MAX_BATCH_SIZE:
            # Batch norm needs two pictures.
            raise UserError(f"--batch-size is {self.batch_size}; give a number from 2 to {MAX_BATCH_SIZE}.")
        if not 0 <= self.seed < 2**32:
            raise UserError(f"--seed is {self.seed}; give a whole number from 0 to 4294967295.")


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """Where a run happens: none of it changes what is learnt, beyond float error."""

    device: DeviceName = "auto"
    """auto takes CUDA, then MPS, then the CPU."""
    out: Path | None = None
    """Folder of the new run; by default checkpoints/<dataset>-<date-time>."""
    resume: Path | None = None
    """Folder of a run to go on with; other flags may then only lengthen it."""
    data_root: Path | None = None
    """A folder in torchvision's layout to read the dataset from, instead of the bundled one."""
    dry_run: bool = False
    """Say what would be trained, and stop."""
    progress: bool = False
    """With --dry-run: say it as lines of JSON, for a program that watches."""
    background: bool = False
    """Low priority: leaves the computer to other work."""


# What a resumed run may be given anew: its length alone.
RESUMABLE_FIELDS = frozenset({"kimg"})


def changed_hyper_parameters(old: TrainingConfig, new: TrainingConfig) -> list[str]:
    """Returns one `--flag old → new` per field that differs and that a resumed run has to keep."""
    return [
        f"--{_flag(field.name)} {getattr(old, field.name)} → {getattr(new, field.name)}"
        for field in fields(TrainingConfig)
        if field.name not in RESUMABLE_FIELDS and getattr(old, field.name) != getattr(new, field.name)
    ]


def config_from_json(values: dict[str, Any], where: Path) -> TrainingConfig:
    """Returns the configuration that `values` describes; raises UserError where a name or a type is wrong."""
    hints = get_type_hints(TrainingConfig)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise UserError(f"{where} has the unknown setting {unknown[0]!r}; it needs a newer version of this program.")
    for name, value in values.items():
        allowed = get_args(hints[name])
        wrong = value not in allowed if allowed else type(value) is not hints[name]
        # JSON has one kind of number: 20.0 may come back as 20.
        if wrong and not (hints[name] is float and type(value) is int):
            raise UserError(f"{where} says {name} = {value!r}, which can't be used; the file was altered.")
    try:
        return TrainingConfig(**values)
    except UserError as error:
        raise UserError(f"{where} can't be used: {error}") from error


def _flag(name: str) -> str:
    return name.replace("_", "-")
