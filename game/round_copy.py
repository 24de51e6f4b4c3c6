"""Copies rounds, with all that belongs to them, from one database into another: nothing arrives twice.

Both sending to a class's database and merging files do it by this, so both may be repeated, and in any order: a row is
known by its key, a round that was unfinished becomes finished, and of two names, or two players of a round, the one of
the row that was changed more often is right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Connection, Executable, Table, delete, insert, select, update

from game.store_schema import players, responses, rounds, shown_pictures

# That many rounds are in memory at once.
ROUNDS_AT_ONCE = 50

_RESULT = ("finished_at", "score", "correct")
_OWNER = ("player_id", "revision")

_Row: TypeAlias = dict[str, Any]


class DifferentRowsError(Exception):
    """The target has the same round or trial with another content, so one of the two was changed by hand."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How much of what was copied is new to the target."""

    rounds: int = 0
    trials: int = 0

    def __add__(self, other: "Copied") -> "Copied":
        """Returns how much of both is."""
        return Copied(self.rounds + other.rounds, self.trials + other.trials)


def copy_players(source: Connection, target: Connection, ids: Sequence[str], only_known: bool = False) -> None:
    """Brings players up to date; `only_known` leaves out those whom the target doesn't have yet."""
    coming = _by_id(source, players, ids)
    known = _by_id(target, players, ids)
    if new := [row for key, row in coming.items() if key not in known and not only_known]:
        target.execute(insert(players), new)
    for key, row in coming.items():
        if key in known:
            _update(target, players, known[key], _joined_player(known[key], row))


def copy_rounds(source: Connection, target: Connection, ids: Sequence[str]) -> Copied:
    """Brings rounds up to date, with their players and trials, within the caller's transaction.

    A round that the source has lost is passed over. Raises DifferentRowsError.
    """
    coming = _by_id(source, rounds, ids)
    copy_players(source, target, sorted({row["player_id"] for row in coming.values()} - {None}))
    known = _by_id(target, rounds, ids)
    if new := [row for key, row in coming.items() if key not in known]:
        target.execute(insert(rounds), new)
    for key, row in coming.items():
        if key in known:
            _update(target, rounds, known[key], _joined_round(known[key], row))
    return Copied(len(new), _copy_trials(source, target, list(coming), list(known)))


def removal(player_id: str) -> tuple[Executable, ...]:
    """Returns what removes a player and all that the player ever did."""
    of_player = select(rounds.c.id).where(rounds.c.player_id == player_id)
    return (
        delete(shown_pictures).where(shown_pictures.c.round_id.in_(of_player)),
        delete(responses).where(responses.c.round_id.in_(of_player)),
        delete(rounds).where(rounds.c.player_id == player_id),
        delete(players).where(players.c.id == player_id),
    )


def _copy_trials(source: Connection, target: Connection, ids: Sequence[str], known_ids: Sequence[str]) -> int:
    coming, known = _trials(source, ids), _trials(target, known_ids)
    for key in coming.keys() & known.keys():
        if coming[key] != known[key]:
            raise DifferentRowsError(f"trial {key[1]} of round {key[0]}")
    new = [trial for key, trial in coming.items() if key not in known]
    if new:
        target.execute(insert(responses), [response for response, _ in new])
        target.execute(insert(shown_pictures), [picture for _, pictures in new for picture in pictures])
    return len(new)


def _trials(connection: Connection, ids: Sequence[str]) -> dict[tuple[str, int], tuple[_Row, list[_Row]]]:
    """Returns each trial's response and pictures, by round and number."""
    found: dict[tuple[str, int], tuple[_Row, list[_Row]]] = {}
    if ids:
        for row in _rows(connection, responses, ids):
            found[row["round_id"], row["number"]] = (row, [])
        for row in _rows(connection, shown_pictures, ids):
            # Of a trial that has come meanwhile nothing.
            if trial := found.get((row["round_id"], row["number"])):
                trial[1].append(row)
    return found


def _rows(connection: Connection, table: Table, ids: Sequence[str]) -> Iterable[_Row]:
    query = select(table).where(table.c.round_id.in_(ids)).order_by(*table.primary_key)
    return (dict(row) for row in connection.execute(query).mappings())


def _by_id(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, _Row]:
    if not ids:
        return {}
    return {row["id"]: dict(row) for row in connection.execute(select(table).where(table.c.id.in_(ids))).mappings()}


def _update(connection: Connection, table: Table, old: _Row, new: _Row) -> None:
    if changed := {name: value for name, value in new.items() if value != old[name]}:
        connection.execute(update(table).where(table.c.id == old["id"]).values(**changed))


def _joined_player(one: _Row, other: _Row) -> _Row:
    # Where both were changed as often any will do, if it is always the same one.
    newer = max(one, other, key=lambda row: (row["revision"], row["name"]))
    return {**newer, "created_at": min(one["created_at"], other["created_at"])}


def _joined_round(one: _Row, other: _Row) -> _Row:
    finished = one if one["finished_at"] is not None else other
    if other["finished_at"] is not None and any(finished[name] != other[name] for name in _RESULT):
        raise DifferentRowsError(f"round {one['id']}")
    if any(one[name] != other[name] for name in one if name not in (*_RESULT, *_OWNER)):
        raise DifferentRowsError(f"round {one['id']}")
    newer = max(one, other, key=lambda row: (row["revision"], row["player_id"] or ""))
    return {**one, **{name: finished[name] for name in _RESULT}, **{name: newer[name] for name in _OWNER}}
