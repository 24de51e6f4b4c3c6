"""How the ways to play are called on screen, and what each of them is."""

from dataclasses import dataclass

from game.rules import Mode


@dataclass(frozen=True, slots=True)
class ModeWords:
    """A way to play in a player's words: what one does, and how long it is and what it tells."""

    title: str
    about: str
    length: str
    # Whether one rung is played against; else the round goes from rung to rung.
    has_rung: bool = True


MODE_WORDS = {
    Mode.PRACTICE: ModeWords("Practice", "One picture at a time. You are told at once.", "20 pictures · points"),
    Mode.MEASURED: ModeWords(
        "Measured",
        "Half are fake, and nobody tells you until the end: how good you really are.",
        "50 + 50 or 20 + 20 pictures",
    ),
    Mode.CLIMB: ModeWords(
        "Climb",
        "Two pictures: which one is fake? Finds when the forger starts fooling you.",
        "up to 40 pairs · rung by rung",
        has_rung=False,
    ),
    Mode.FLASH: ModeWords(
        "Flash", "A glimpse, then it is gone. How short a look is enough for you?", "60 glimpses · it flickers"
    ),
    Mode.ODD_ONE_OUT: ModeWords(
        "Odd one out",
        "One of four is fake, later one of nine. Three hearts, and the clock runs.",
        "an arcade game",
        has_rung=False,
    ),
    Mode.DUEL: ModeWords(
        "Duel", "You and the discriminator judge the same pictures. Who is fooled less?", "40 pictures"
    ),
    Mode.CONSULT: ModeWords(
        "Consult", "Answer, hear the discriminator, think again. Does advice help you?", "40 pictures"
    ),
}


def mode_title(mode: str) -> str:
    """Returns what a round's mode is called above it and its results."""
    return "Measured, short" if mode == Mode.SHORT_MEASURED else mode_words(mode).title


def mode_words(mode: str) -> ModeWords:
    """Returns the words for a round's mode, as the store has it; a class of practice is practice."""
    if mode == Mode.SHORT_MEASURED:
        return MODE_WORDS[Mode.MEASURED]
    return MODE_WORDS[Mode(mode)] if mode in set(Mode) else MODE_WORDS[Mode.PRACTICE]
