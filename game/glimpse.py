"""A glimpse, frame by frame: a picture on show for whole frames of the display, then masks.

No window of ours waits for the display, and none can be told to in a way that could be believed: pygame's `vsync=1`
needs another kind of window, and where the driver has no such thing SDL makes do with a timer of whole milliseconds and
reports success. So each frame has a time of the monotonic clock at which it is due, the app waits for that time, and
what became of it is measured: from the moment when the frame with the picture had been handed over to the moment when
the first frame with a mask had. Whatever went wrong meanwhile is in that figure, also a display that makes us wait.
"""

from math import copysign
from statistics import median

BLANK, PICTURE = -2, -1
"""What a frame shows; masks are numbered from 0."""

# Before the picture: the first frames after a rest are late more often than others.
LEAD_FRAMES = 6
# Four masks of this together hide what the eye still holds; so did HYPE's four of 30 ms (Zhou et al. 2019).
MASK_COUNT = 4
MASK_SECONDS = 0.068
# Of a frame. A display that is not in step with us shows a picture that overstays by this much for one frame more in
# one case of four.
TOLERANCE = 0.25


def mask_frames(refresh_rate: float) -> int:
    """Returns for how many frames each mask is on show: at 60 a second 4, which makes 267 ms for all of them."""
    return max(1, round(MASK_SECONDS * refresh_rate))


def frames_on_show(seconds: float, frame_seconds: float, asked_frames: int) -> int:
    """Returns for how many frames a picture was on show, `asked_frames` where it was so within a quarter of a frame."""
    off = seconds / frame_seconds - asked_frames
    if abs(off) <= TOLERANCE:
        return asked_frames
    return max(0, asked_frames + round(copysign(max(1, round(abs(off))), off)))


class Glimpse:
    """What the next frame shows and when it is due; whoever shows it tells when it was `sent`.

    `asked_frames` is how long the picture is to be on show, `start` when the first frame is due.
    """

    def __init__(self, asked_frames: int, refresh_rate: float, start: float) -> None:
        self._asked = asked_frames
        self._frame_seconds = 1 / refresh_rate
        masks = [(mask, mask_frames(refresh_rate)) for mask in range(MASK_COUNT)]
        # What is shown for how many frames; the last one is where it ends.
        self._parts = [(BLANK, LEAD_FRAMES), (PICTURE, asked_frames), *masks, (BLANK, 1)]
        self._place = 0
        self._sent_in_part = False
        # When the part's first frame was sent: a part is never cut short because the one before it took too long.
        self._origin = start
        # How long sending takes as a rule, by the frames before the picture.
        self._sends: list[float] = []
        self._due = start
        self._began: float | None = None
        self.seconds: float | None = None
        """For how long the picture was on show, once a mask has followed it."""

    @property
    def part(self) -> int:
        """What the next frame shows: `BLANK`, `PICTURE` or the number of a mask."""
        return BLANK if self.over else self._parts[self._place][0]

    @property
    def due(self) -> float:
        """When the next frame is to be sent to the display, in seconds of the app's clock."""
        return self._due

    @property
    def begun(self) -> bool:
        """Whether the picture has been shown."""
        return self._began is not None

    @property
    def over(self) -> bool:
        """Whether the last mask has been taken away."""
        return self._place == len(self._parts)

    @property
    def shown_frames(self) -> int:
        """For how many frames the picture was on show; 0 as long as no mask has followed it."""
        if self.seconds is None:
            return 0
        return frames_on_show(self.seconds, self._frame_seconds, self._asked)

    def sent(self, start: float, end: float) -> None:
        """Notes that the frame that was due has been shown: begun to be sent at `start`, handed over at `end`."""
        part, frames = self._parts[self._place]
        if self._place == 0:
            self._sends.append(end - start)
        # A frame that was held up on its way counts from when it arrived: else its part would be cut short.
        moment = end - median(self._sends)
        if not self._sent_in_part:
            self._sent_in_part, self._origin = True, moment
            if part == PICTURE:
                self._began = end
            elif self._began is not None and self.seconds is None:
                self.seconds = end - self._began
        # By the clock and not by counting: after a hiccup the next part comes when it is due, or as soon as it can.
        following = round((moment - self._origin) / self._frame_seconds) + 1
        self._due = self._origin + following * self._frame_seconds
        if following >= frames:
            self._place += 1
            self._sent_in_part = False
