"""How what the game knows is written in the store: names, datasets and times, answers and pictures."""

import re
from datetime import UTC, datetime
from typing import Any

from game.rules import Choice, FakePicture, Picture, Response

MAX_TEXT_LENGTH = 255
_FOLDER = "folder:"


def stored_text(text: str) -> str:
    """Returns a text that every database takes and a screen can draw: printable, at most `MAX_TEXT_LENGTH` long."""
    # Keyboards of some systems hand over half a surrogate pair, which no database can store.
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(filter(str.isprintable, whole))[:MAX_TEXT_LENGTH].strip()


def stored_dataset(name: str) -> str:
    """Returns the name of a dataset; of a folder of pictures its own name alone, for its path tells of a person."""
    if not name.startswith(_FOLDER):
        return name
    # Of either kind of computer: the run may have come from another one.
    return _FOLDER + (re.split(r"[/\\]", name.removeprefix(_FOLDER).rstrip("/\\"))[-1] or "pictures")


def stored_time(moment: datetime) -> str:
    """Returns an aware time as ISO 8601 in UTC with microseconds: the order of the texts is that of the times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def answer_columns(answer: Response | Choice) -> dict[str, Any]:
    """Returns the columns of a response row that an answer fills."""
    columns: dict[str, Any] = {"response_seconds": answer.response_seconds, "disturbed": answer.disturbed}
    if isinstance(answer, Choice):
        return {**columns, "chosen_place": answer.place}
    columns |= {"answer": answer.answer.value, "confidence": answer.confidence and int(answer.confidence)}
    if answer.exposure is not None:
        columns |= {
            "asked_frames": answer.exposure.asked_frames,
            "shown_frames": answer.exposure.shown_frames,
            "frame_seconds": answer.exposure.frame_seconds,
        }
    if answer.advice is not None:
        first = answer.advice.first_answer
        columns |= {
            "fake_probability": answer.advice.fake_probability,
            "discriminator_kimg": answer.advice.discriminator_kimg,
            "first_answer": first and first.value,
        }
    return columns


def picture_columns(picture: Picture) -> dict[str, Any]:
    """Returns the columns of a shown picture's row that its identity fills."""
    where: dict[str, Any]
    if isinstance(picture, FakePicture):
        where = {"picture_run": picture.run, "picture_kimg": picture.kimg, "picture_seed": picture.seed}
    else:
        where = {
            "picture_dataset": stored_dataset(picture.dataset),
            "picture_split": picture.split,
            "picture_index": picture.index,
            # Of a folder's run, which has real pictures of its own.
            "picture_run": picture.run or None,
        }
    return {"truth": picture.truth.value, **where}
