"""What the published datasets share: fetching their files, and refusing those that differ; no torch in here."""

import shutil
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path

from gan.dataset import Dataset, Download
from gan.errors import UserError

REMEDY = "restore it, or delete it so that it is downloaded again"


def fetch(
    dataset: Dataset, root: Path, folder: Path, missing: Path, wanted: tuple[str, ...], download: Download
) -> None:
    """Downloads a dataset and moves what matches `wanted`, patterns in the order of moving, into `folder` below `root`.

    It is downloaded into a temporary folder and moved when it is whole, so that nothing half-made is ever found.
    Raises UserError, naming `missing`, where it is not there afterwards.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Beside the folder, so that moving is renaming.
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            # torchvision tells of unpacking on standard output, which belongs to whoever reads our progress.
            with redirect_stdout(sys.stderr):
                download(dataset, Path(temporary))
            fetched = Path(temporary) / folder.relative_to(root)
            for path in (path for pattern in wanted for path in sorted(fetched.glob(pattern))):
                if path.is_file() or not (folder / path.name).exists():
                    shutil.move(path, folder / path.name)
    except UserError:
        raise
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise UserError(
            f"{missing} is missing and {dataset.title} could not be downloaded ({reason}); "
            "restore the file, or name a folder that has it with --data-root."
        ) from error
    if not missing.exists():
        raise UserError(f"{missing} is still missing after a download of {dataset.title}; try again.")


def refuse_size(path: Path, is_longer: bool, size: int) -> UserError:
    """Returns the error of a file that is longer or shorter than the `size` bytes it should hold."""
    return UserError(
        f"{path} is {'longer' if is_longer else 'shorter'} than the {size} bytes it should hold; {REMEDY}."
    )


def unreadable(path: Path, error: OSError) -> UserError:
    """Returns the error of a file that the system doesn't give us."""
    return UserError(f"{path} can't be read ({error.strerror or error}); {REMEDY}.")
