"""What a training run can be told: every field here is a command-line flag of train.py."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from gan.errors import UserError

DeviceName = Literal["auto", "cpu", "cuda", "mps"]
Precision = Literal["float32", "bfloat16"]
ArchitectureName = Literal["dcgan", "mlp"]
ObjectiveName = Literal["standard", "minimax", "wasserstein", "wasserstein-gp", "relativistic"]
NormalizationName = Literal["batch", "layer", "spectral", "none"]

# What a checkpoint may ask for, and so what may be trained: a file from a stranger must not fill the memory.
MAX_LATENT_SIZE = 512
MAX_WIDTH = 256
MAX_BATCH_SIZE = 4096
MAX_CLASS_COUNT = 1000
IMAGE_SIZES = (28, 32, 64)
CHANNEL_COUNTS = (1, 3)
# Of lengths and rates: rungs are named by six digits.
NUMBER_LIMIT = 1_000_000
MAX_DISCRIMINATOR_STEPS = 100

# Their discriminator answers with the logit of a probability; the others' answers only compare pictures.
PROBABILISTIC_OBJECTIVES = ("standard", "minimax")
PENALIZED_OBJECTIVES = ("wasserstein-gp", "relativistic")
CLIPPED_OBJECTIVES = ("wasserstein",)

# Seen from a checkout; the program is run in place, not installed.
PROJECT_ROOT = Path(__file__).resolve().parent.parent
ASSETS_ROOT = PROJECT_ROOT / "assets"
CHECKPOINTS_ROOT = PROJECT_ROOT / "checkpoints"


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """What is trained, and how; a resumed run keeps all of it but the length."""

    dataset: str = "mnist"
    """Pictures to learn from: mnist, fashion-mnist, stacked-mnist, cifar10, celeba, or folder:PATH."""
    image_size: int = 28
    """Pixels of a picture's side, 28, 32 or 64: for a folder's pictures (32 unless given); others have their own."""
    channels: int = 1
    """1 for grey, 3 for colour: for a folder's pictures (3 unless given); others have their own."""
    architecture: ArchitectureName = "dcgan"
    """Convolutions (dcgan), or fully connected layers (mlp), as in the first GAN."""
    objective: ObjectiveName = "standard"
    """What the two networks play for; each has a preset of the settings below."""
    conditional: bool = False
    """Both networks are told the class of a picture, so that one can be asked for."""
    kimg: int = 3000
    """Length of the run, in thousands of real images shown to the discriminator."""
    batch_size: int = 64
    """Real images per step of the discriminator."""
    discriminator_steps: int = 1
    """Steps of the discriminator for one of the generator."""
    seed: int = 0
    """Fixes the first weights, the order of the data and every latent."""
    latent_size: int = 64
    """Length of the generator's input vector."""
    generator_width: int = 64
    """Channels at half the picture's size, doubled below; an mlp has 4, 8 and 16 times as many units, at most 1,024."""
    discriminator_width: int = 64
    """Channels at a quarter of the picture's size; an mlp has 16, 8 and 4 times as many units, at most 1,024."""
    discriminator_normalization: NormalizationName = "batch"
    """How the discriminator's layers are kept in range; a gradient penalty forbids batch."""
    optimizer: Literal["adam", "sgd"] = "adam"
    """Adam, or plain gradient descent, for both networks."""
    learning_rate: float = 2e-3
    """Step size of the optimizer."""
    discriminator_learning_rate_ratio: float = 1.0
    """Step size of the discriminator, as a multiple of the generator's."""
    learning_rate_decay_share: float = 0.0
    """Share of the run, at its end, over which the step sizes fall; a run made longer starts again from full ones."""
    adam_beta1: float = 0.5
    """Adam's decay of the gradient's mean; with sgd, the momentum."""
    adam_beta2: float = 0.999
    """Adam's decay of the gradient's square."""
    penalty_weight: float = 0.0
    """Weight of the gradient penalty that wasserstein-gp and relativistic put on the discriminator."""
    weight_clip: float = 0.0
    """With wasserstein: the discriminator's weights stay within plus and minus this."""
    label_smoothing: float = 0.0
    """Reals count as real to this much less than 1; for standard and minimax."""
    instance_noise: float = 0.0
    """Standard deviation of the noise that real and fake pictures get for the discriminator; grey goes from −1 to 1."""
    instance_noise_kimg: float = 100.0
    """The instance noise fades to nothing until then."""
    augmentation: Literal["auto", "on", "off"] = "auto"
    """DiffAugment for both kinds of pictures; auto: for folders with few pictures."""
    ema_half_life_kimg: float = 20.0
    """Half-life of the moving average of the generator's weights; the average is what is saved and played."""
    ema_ramp_up: float = 0.05
    """The half-life is never longer than this share of the images seen so far."""
    tick_kimg: int = 4
    """Interval between progress records, each with a saved state."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Arithmetic of the networks; auto takes bfloat16 where a short probe finds it faster."""

    @property
    def images_per_step(self) -> int:
        """How many real images one step shows: one step of the generator, and as many of the discriminator as set."""
        return self.batch_size * self.discriminator_steps

    @property
    def family(self) -> str:
        """Architecture and objective, and whether both networks know classes, in words."""
        return f"{self.architecture}, {self.objective}{', conditional' if self.conditional else ''}"

    def __post_init__(self) -> None:
        for name in ("kimg", "tick_kimg", "learning_rate", "discriminator_learning_rate_ratio", "ema_half_life_kimg"):
            if not 0 < getattr(self, name) < NUMBER_LIMIT:
                raise UserError(
                    f"--{_flag(name)} is {getattr(self, name)}; give a number above 0 and below {NUMBER_LIMIT}."
                )
        for name in ("penalty_weight", "weight_clip", "instance_noise", "instance_noise_kimg"):
            if not 0 <= getattr(self, name) < NUMBER_LIMIT:
                raise UserError(
                    f"--{_flag(name)} is {getattr(self, name)}; give a number from 0 to below {NUMBER_LIMIT}."
                )
        for name in ("generator_width", "discriminator_width"):
            width = getattr(self, name)
            if not 2 <= width <= MAX_WIDTH or width % 2:
                raise UserError(f"--{_flag(name)} is {width}; give an even number from 2 to {MAX_WIDTH}.")
        for name in ("adam_beta1", "adam_beta2", "ema_ramp_up", "label_smoothing", "learning_rate_decay_share"):
            if not 0 <= getattr(self, name) < 1:
                raise UserError(f"--{_flag(name)} is {getattr(self, name)}; give a number from 0 to below 1.")
        whole_numbers = {
            "latent_size": (2, MAX_LATENT_SIZE),
            # Batch norm needs two pictures.
            "batch_size": (2, MAX_BATCH_SIZE),
            "discriminator_steps": (1, MAX_DISCRIMINATOR_STEPS),
            "seed": (0, 2**32 - 1),
        }
        for name, (low, high) in whole_numbers.items():
            if not low <= getattr(self, name) <= high:
                raise UserError(f"--{_flag(name)} is {getattr(self, name)}; give a whole number from {low} to {high}.")
        if self.image_size not in IMAGE_SIZES:
            raise UserError(f"--image-size is {self.image_size}; give 28, 32 or 64.")
        if self.channels not in CHANNEL_COUNTS:
            raise UserError(f"--channels is {self.channels}; give 1 for grey or 3 for colour.")
        self._refuse_contradictions()

    def _refuse_contradictions(self) -> None:
        objective = self.objective
        if objective in PENALIZED_OBJECTIVES and self.discriminator_normalization == "batch":
            raise UserError(
                f"--discriminator-normalization batch can't go with --objective {objective}, whose penalty is on the "
                "gradient of each picture's own answer: batch norm mixes the pictures of a batch; use layer, spectral "
                "or none."
            )
        if objective in CLIPPED_OBJECTIVES and self.weight_clip == 0:
            raise UserError(f"--objective {objective} needs a --weight-clip above 0, such as 0.01.")
        # Without its bound such a critic grows for ever; without its penalty the relativistic objective is a plain one.
        if objective == "wasserstein-gp" and self.penalty_weight == 0:
            raise UserError(f"--objective {objective} needs a --penalty-weight above 0, such as 10.")
        own = {
            "penalty_weight": PENALIZED_OBJECTIVES,
            "weight_clip": CLIPPED_OBJECTIVES,
            "label_smoothing": PROBABILISTIC_OBJECTIVES,
        }
        for name, objectives in own.items():
            if getattr(self, name) and objective not in objectives:
                raise UserError(
                    f"--{_flag(name)} does nothing with --objective {objective}; leave it out, or use "
                    f"--objective {' or '.join(objectives)}."
                )


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """Where a run happens and from what it starts."""

    device: DeviceName = "auto"
    """auto takes CUDA, then MPS, then the CPU."""
    out: Path | None = None
    """Folder of the new run; by default checkpoints/<dataset>-<date-time>."""
    resume: Path | None = None
    """Folder of a run to go on with; other flags may then only lengthen it, or say where its pictures lie now."""
    discriminator_from: Path | None = None
    """A run, of the same discriminator settings, whose trained discriminator the new run starts with."""
    data_root: Path | None = None
    """A folder in torchvision's layout to read the dataset from, instead of the bundled one."""
    dry_run: bool = False
    """Say what would be trained, and stop."""
    progress: bool = False
    """With --dry-run: say it as lines of JSON, for a program that watches."""
    tensorboard: bool = False
    """Also write TensorBoard's event files, into the run's folder tensorboard; needs `pip install tensorboard`."""
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
