"""One trial as the store has it: its round, what was shown and what was answered."""

from dataclasses import dataclass
from datetime import datetime

from game.rules import FakePicture, Picture, Truth


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A picture that was shown; `class_name` is what the judge saw, empty where it was not asked."""

    identity: Picture
    class_name: str

    @property
    def truth(self) -> Truth:
        """Returns what it is."""
        return self.identity.truth

    @property
    def kimg(self) -> int | None:
        """Returns the rung that drew it, or None for a real picture."""
        return self.identity.kimg if isinstance(self.identity, FakePicture) else None


@dataclass(frozen=True, slots=True)
class StoredTrial:
    """One trial: its round, what was shown and what was answered.

    `player_id` is None for a guest. `kimg` is the round's rung. `answer` is of a single picture, `chosen_place`, from
    0, of several; one of the two is None. The last ones are None where they were not asked or measured.
    """

    player_id: str | None
    round_id: str
    finished: bool
    dataset: str
    run: str
    run_key: str
    kimg: int
    mode: str
    trial_count: int
    started_at: datetime
    number: int
    pictures: tuple[StoredPicture, ...]
    answer: Truth | None
    chosen_place: int | None
    response_seconds: float
    disturbed: bool
    answered_at: datetime
    confidence: int | None
    first_answer: Truth | None
    fake_probability: float | None
    discriminator_kimg: int | None
    asked_frames: int | None
    shown_frames: int | None
    frame_seconds: float | None

    @property
    def right(self) -> bool:
        """Returns whether the answer was right: the truth of the picture, or the place of the fake."""
        if self.chosen_place is None:
            return self.answer == self.pictures[0].truth
        return self.pictures[self.chosen_place].truth is Truth.FAKE
