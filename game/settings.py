"""The player's settings: one small JSON file, replaced as a whole and never left half written."""

import json
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_config_path, user_documents_path

APPLICATION = "real-or-fake"
HOME_VARIABLE = "REAL_OR_FAKE_HOME"
DATABASE_VARIABLE = "REAL_OR_FAKE_DATABASE"
MAX_NAME_LENGTH = 16
_PLAYER_ID = re.compile("[0-9a-f]{32}")


class SettingsError(Exception):
    """The settings could not be saved; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the player chose, with the values a new player starts from.

    `player_id` is the store's for the player of that name, empty where nobody has a name yet.
    """

    player_name: str = ""
    player_id: str = ""
    sound: bool = True
    reduced_motion: bool = False
    full_screen: bool = False
    ask_confidence: bool = False
    flashing: bool = True


def default_path() -> Path:
    """Return where the settings belong: under $REAL_OR_FAKE_HOME, else in the user's configuration."""
    home = os.environ.get(HOME_VARIABLE)
    folder = Path(home) if home else user_config_path(APPLICATION, appauthor=False)
    return folder / "settings.json"


def default_exports() -> Path:
    """Return where what a player saves for others belongs: under $REAL_OR_FAKE_HOME, else in their documents."""
    home = os.environ.get(HOME_VARIABLE)
    return Path(home) / "exports" if home else user_documents_path() / "Real or Fake"


def database_url(flag: str | None) -> str:
    """Return the URL of a class's database: what a flag says, else the environment; empty for none."""
    return os.environ.get(DATABASE_VARIABLE, "") if flag is None else flag


def load(path: Path, now: datetime | None = None) -> tuple[Settings, str | None]:
    """Return the settings in the file, and a sentence for the player where they could not be used.

    A missing file means the standard settings. A file that can't be used is renamed with the time `now`
    (the present by default), so that saving the standard settings doesn't destroy it.
    """
    if path.is_dir():
        return (
            Settings(),
            f"{path} is a folder, so the standard settings are used: remove it to save settings.",
        )
    try:
        # Editors on Windows put a byte order mark in front.
        return _parse(path.read_text(encoding="utf-8-sig")), None
    except FileNotFoundError:
        return Settings(), None
    except OSError as error:
        problem = f"The settings in {path} can't be read ({error.strerror or error}), so the standard ones are used"
    except (ValueError, RecursionError):
        problem = f"The settings in {path} were damaged, so the standard ones are used"
    try:
        aside = set_aside(path, now or datetime.now(UTC))
    except OSError as error:
        return Settings(), f"{problem}; the file could not be renamed ({error})."
    return Settings(), f"{problem}; the file is kept as {aside.name}."


def save(settings: Settings, path: Path) -> None:
    """Replace the file by these settings at one stroke; raises SettingsError and keeps the old file."""
    text = json.dumps(asdict(settings), indent=2) + "\n"
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="ascii", dir=path.parent, prefix=f"{path.name}.", suffix=".tmp", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise SettingsError(
            f"The settings can't be saved in {path} ({error.strerror or error}): make the folder writable."
        ) from error


def set_aside(path: Path, now: datetime, companions: tuple[str, ...] = ()) -> Path:
    """Rename a damaged file to `<name>.damaged-<UTC time>`, files with the suffixes `companions` with it.

    Returns the new path, which did not exist before; raises OSError when the file can't be renamed.
    """
    stem = f"{path.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    aside = path.with_name(stem)
    attempt = 1
    while aside.exists():
        attempt += 1
        aside = path.with_name(f"{stem}-{attempt}")
    # The main file goes last: once it is away, another process may begin a new one with its own companions.
    for suffix in companions:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return path.rename(aside)


def _parse(text: str) -> Settings:
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("it holds no JSON object")
    standard = Settings()
    known = {field.name for field in fields(Settings)} & values.keys()
    for name in sorted(known):
        expected = type(getattr(standard, name))
        if not isinstance(values[name], expected):
            raise ValueError(f"{name} is not a {expected.__name__}")
    settings = Settings(**{name: values[name] for name in known})
    player_id = settings.player_id if _PLAYER_ID.fullmatch(settings.player_id) else ""
    return replace(settings, player_name=clean_name(settings.player_name), player_id=player_id)


def clean_name(name: str) -> str:
    """Returns a name that can be drawn and stored: its printable characters, `MAX_NAME_LENGTH` at most."""
    return "".join(filter(str.isprintable, name))[:MAX_NAME_LENGTH]
