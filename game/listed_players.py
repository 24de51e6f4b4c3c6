"""Everybody in a store who can be chosen or looked at, with how much they have played."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from game.kind_words import counted
from game.words import day

if TYPE_CHECKING:
    from game.played_kinds import PlayedKind
    from game.stored_rounds import Player


@dataclass(frozen=True, slots=True)
class Listed:
    """A row: a player, or guests with an empty id; `own` are those of this computer, guests among them."""

    id: str
    name: str
    own: bool
    rounds: int
    answers: int
    last: datetime | None

    @property
    def title(self) -> str:
        """Returns what the row says first."""
        return self.name or "Nobody, a guest"

    @property
    def can_be_changed(self) -> bool:
        """Returns whether it is for this computer to give another name or to delete."""
        return self.own and bool(self.name)

    @property
    def amount(self) -> str:
        """Returns how much was played, such as `300 answers in 3 rounds`."""
        return f"{counted(self.answers, 'answer')} in {counted(self.rounds, 'round')}"

    @property
    def remark(self) -> str:
        """Returns what there is of the player."""
        remarks = [] if self.own else ["from another computer"]
        if self.answers:
            remarks += [self.amount, f"last on {day(self.last)}"]
        else:
            remarks.append("has not played yet" if self.name else "for whoever wants to leave no figures")
        return " · ".join(remarks)


def listed_players(
    own: Sequence["Player"], everybody: Sequence["Player"], kinds: Sequence["PlayedKind"]
) -> tuple[Listed, ...]:
    """Returns guests first, then those of this computer, then those whose rounds came with another one's file."""
    of_player: dict[str, list[PlayedKind]] = {}
    for kind in kinds:
        of_player.setdefault(kind.player_id, []).append(kind)

    def listed(player_id: str, name: str, is_own: bool) -> Listed:
        played = of_player.get(player_id, [])
        return Listed(
            player_id,
            name,
            is_own,
            sum(kind.rounds for kind in played),
            sum(kind.answers for kind in played),
            max((kind.last_started_at for kind in played), default=None),
        )

    own_ids = {player.id for player in own}
    others = [player for player in everybody if player.id not in own_ids]
    return (
        listed("", "", True),
        *(listed(player.id, player.name, True) for player in own),
        *(listed(player.id, player.name, False) for player in others),
    )
