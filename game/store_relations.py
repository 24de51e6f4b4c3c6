"""Whether rows from a stranger, each good by itself, belong together."""

from dataclasses import dataclass
from typing import Any

from game.column_meaning import TableMeaning


@dataclass(frozen=True, slots=True)
class _Trial:
    """What is known of a trial so far: where it stands, whether it is a choice, and of which place."""

    place: str
    chosen_place: int | None


class RelationCheck:
    """Sees that no row comes twice, that what is referred to is there, and that trials are whole."""

    def __init__(self) -> None:
        self._players: set[str] = set()
        self._rounds: set[str] = set()
        self._trials: dict[tuple[str, int], _Trial] = {}
        # A bit for each place that has a picture.
        self._places: dict[tuple[str, int], int] = {}

    def add(self, table: TableMeaning, place: str, row: dict[str, Any]) -> None:
        """Takes the next row; tables come in their order. Raises ValueError with what is wrong."""
        match table.name:
            case "players":
                _add_new(self._players, row["id"])
            case "rounds":
                _add_new(self._rounds, row["id"])
                if row["player_id"] is not None and row["player_id"] not in self._players:
                    raise ValueError(f"there is no player {row['player_id']}")
                if len({row[name] is None for name in ("finished_at", "score", "correct")}) == 2:
                    raise ValueError("finished_at, score and correct are not all there or all empty")
            case "responses":
                self._add_trial(place, row)
            case "shown_pictures":
                self._add_picture(row)

    def finish(self) -> None:
        """Sees whether every trial has its pictures, when all rows have come; raises ValueError with a row's place."""
        for key, trial in self._trials.items():
            places = self._places.get(key, 0)
            count = places.bit_count()
            if not places or places != (1 << count) - 1:
                raise ValueError(f"{trial.place}: its pictures are not all there")
            if trial.chosen_place is None and count != 1:
                raise ValueError(f"{trial.place}: an answer is to one picture, and it has {count}")
            if trial.chosen_place is not None and trial.chosen_place >= count:
                raise ValueError(f"{trial.place}: there is no picture at the place {trial.chosen_place}")

    def _add_trial(self, place: str, row: dict[str, Any]) -> None:
        key = (row["round_id"], row["number"])
        if key[0] not in self._rounds:
            raise ValueError(f"there is no round {key[0]}")
        if key in self._trials:
            raise ValueError("there is another row with this key")
        if (row["answer"] is None) == (row["chosen_place"] is None):
            raise ValueError("either answer or chosen_place has to have a value")
        self._trials[key] = _Trial(place, row["chosen_place"])

    def _add_picture(self, row: dict[str, Any]) -> None:
        key = (row["round_id"], row["number"])
        if key not in self._trials:
            raise ValueError(f"there is no trial {key[1]} of round {key[0]}")
        bit = 1 << row["place"]
        if self._places.get(key, 0) & bit:
            raise ValueError("there is another row with this key")
        self._places[key] = self._places.get(key, 0) | bit
        needed = ("dataset", "split", "index") if row["truth"] == "real" else ("run", "kimg", "seed")
        if any(row[f"picture_{name}"] is None for name in needed):
            raise ValueError(f"a {row['truth']} picture needs {', '.join(f'picture_{name}' for name in needed)}")


def _add_new(known: set[str], key: str) -> None:
    if key in known:
        raise ValueError("there is another row with this key")
    known.add(key)
