"""Players: a name on this computer, kept, changed and taken away with all that belongs to it."""

from pathlib import Path

from scores import FAKE, NAMES, NOW, REAL, RESPONSE, SETUP, begin, execute, finish, opened, query

from game.store import Player

ELSEWHERE = "0" * 31 + "1"


def add_from_elsewhere(path: Path, name: str) -> None:
    """Adds a player as the file of another computer brings one."""
    execute(path, f"INSERT INTO players VALUES ('{ELSEWHERE}', '{name}', '2030', 0)")


def test_a_name_is_one_player_on_this_computer(path: Path) -> None:
    with opened(path) as store:
        ada = store.player_named("Ada")
        assert len(ada) == 32 and store.player_named(" Ada ") == ada != store.player_named("ada")
        assert store.player_named("") == store.player_named(" \t") == ""
    add_from_elsewhere(path, "Grace")
    with opened(path) as store:
        assert store.player_named("Ada") == ada
        grace = store.player_named("Grace")
        assert grace != ELSEWHERE
        assert [player.name for player in store.own_players()] == ["Ada", "ada", "Grace"]
        assert {player.id for player in store.players() if player.name == "Grace"} == {grace, ELSEWHERE}


def test_names_are_stored_as_they_can_be_drawn(path: Path) -> None:
    with opened(path) as store:
        store.player_named("A\x00d\na\u202e")
        store.player_named("x" * 1_000)
        add_from_elsewhere(path, "y\x07")
        assert [player.name for player in store.players()] == ["Ada", "x" * 255, "y"]


def test_rounds_begin_for_whoever_plays(path: Path) -> None:
    with opened(path) as store:
        assert store.player is None
        guest = store.begin_round(SETUP, NOW)
        ada = store.play_as("Ada")
        assert store.player == Player(ada, "Ada")
        mine = store.begin_round(SETUP, NOW)
        other = store.begin_round(SETUP, NOW, player_id=store.player_named("Grace"))
        nobody = store.begin_round(SETUP, NOW, player_id="")
        assert store.play_as("") == "" and store.player is None
        names = dict(query(path, NAMES.replace("name", "rounds.id, name", 1)))
        assert names == {guest: None, mine: "Ada", other: "Grace", nobody: None}


def test_a_player_whom_the_file_has_lost_is_kept_again(path: Path) -> None:
    with opened(path) as store:
        ada = store.play_as("Ada")
        path.rename(path.with_name("of the last class"))
    with opened(path) as store:
        assert store.play_as("Ada", ada) == ada
        finish(store, 100, "Ada")
        store.begin_round(SETUP, NOW)
        store.begin_round(SETUP, NOW)
        assert store.notices == ()
        assert (ada, "Ada") in [(player.id, player.name) for player in store.own_players()]
    assert query(path, f"SELECT count(*) FROM rounds WHERE player_id = '{ada}'") == [(2,)]


def test_naming_a_round_finds_or_makes_its_player(path: Path) -> None:
    with opened(path) as store:
        store.play_as("Ada")
        round_id = store.begin_round(SETUP, NOW)
        assert store.name_round(round_id, "Grace") == store.player_named("Grace")
        assert query(path, NAMES) == [("Grace",)]
        assert store.name_round(round_id, "  ") == ""
        assert query(path, NAMES) == [(None,)]


def test_a_name_chosen_while_the_file_can_not_be_read_is_the_player_s(path: Path) -> None:
    with opened(path) as store:
        ada = store.player_named("Ada")
        execute(path, "ALTER TABLE own_players RENAME TO hidden")
        assert store.player_named("Ada") == ada
        grace = store.player_named("Grace")
        assert store.player_named("Grace") == grace
        round_id = begin(store, SETUP, "Grace")
        assert store.pending == 2
        execute(path, "ALTER TABLE hidden RENAME TO own_players")
        store.flush()
        assert query(path, "SELECT id, player_id FROM rounds") == [(round_id, grace)]
        assert {store.player_named("Ada"), store.player_named("Grace")} == {ada, grace}
    assert query(path, "SELECT count(*) FROM players") == [(2,)]


def test_a_renamed_player_keeps_everything(path: Path) -> None:
    with opened(path) as store:
        ada = store.play_as("Ada")
        finish(store, 100, "Ada")
        assert store.rename_player(ada, "Ada L.")
        assert store.player == Player(ada, "Ada L.")
        assert [row.player for row in store.high_scores("mnist", "first", 64)] == ["Ada L."]
        assert store.player_named("Ada") != ada
        assert not store.rename_player(ada, "Ada") and not store.rename_player(ada, " ")
        assert store.rename_player(ada, "Ada L.")
    add_from_elsewhere(path, "Grace")
    with opened(path) as store:
        assert store.rename_player(ada, "Grace")


def test_a_deleted_player_leaves_nothing_behind(path: Path) -> None:
    with opened(path) as store:
        ada = store.play_as("Ada Lovelace")
        for player in ("Ada Lovelace", "Grace"):
            round_id = begin(store, SETUP, player)
            store.record(round_id, 1, [REAL], RESPONSE, NOW)
            store.record(round_id, 2, [FAKE], RESPONSE, NOW)
        store.delete_player(ada)
        assert store.player is None
        assert [player.name for player in store.players()] == ["Grace"]
        assert len(store.trials()) == 2
        assert store.notices == ()
    for table in ("rounds", "responses", "shown_pictures", "own_players"):
        assert len(query(path, f"SELECT * FROM {table}")) == {"rounds": 1, "own_players": 1}.get(table, 2)
    assert query(path, "PRAGMA foreign_key_check") == []
    # Not even in the pages of the file that are free now.
    assert b"Lovelace" not in path.read_bytes()
