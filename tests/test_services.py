"""What the screens share: settings that are kept, notices that come once, a store that opens in the background."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playing import NOW, make_services

from game.rules import RoundSetup
from game.services import LazyStore


def test_changed_settings_are_used_and_kept(tmp_path: Path) -> None:
    services = make_services(tmp_path, tmp_path)
    services.change_settings(replace(services.settings, reduced_motion=True, player_name="Ada"))
    assert services.settings.reduced_motion
    kept = json.loads((tmp_path / "settings.json").read_text())
    assert (kept["reduced_motion"], kept["player_name"], kept["sound"]) == (True, "Ada", True)
    assert services.notices == []


def test_switching_the_sound_switches_the_sounds_and_nothing_else_does(tmp_path: Path) -> None:
    services = make_services(tmp_path, tmp_path)
    # Silent this time only, as by --mute, while the settings say sound.
    assert services.settings.sound and not services.sounds.on
    services.change_settings(replace(services.settings, player_name="Ada"))
    assert not services.sounds.on
    services.change_settings(replace(services.settings, sound=False))
    services.change_settings(replace(services.settings, sound=True))
    assert services.sounds.on


def test_settings_that_can_not_be_kept_are_used_and_told_of(tmp_path: Path) -> None:
    services = make_services(tmp_path, tmp_path)
    (tmp_path / "file").touch()
    services.settings_path = tmp_path / "file" / "settings.json"
    services.change_settings(replace(services.settings, reduced_motion=True))
    assert services.settings.reduced_motion
    assert len(services.notices) == 1 and "can't be saved" in services.notices[0]


def test_a_notice_is_kept_once_and_an_empty_one_not_at_all(tmp_path: Path) -> None:
    services = make_services(tmp_path, tmp_path)
    for sentence in ("No sound.", "", "No screen.", "No sound."):
        services.notice(sentence)
    assert services.notices == ["No sound.", "No screen."]


def test_a_lazy_store_touches_no_file_until_it_is_needed(tmp_path: Path) -> None:
    store = LazyStore(tmp_path / "scores.sqlite")
    assert store.notices == () and store.best_if_open("mnist") is None
    store.close()
    assert not any(tmp_path.iterdir())
    round_id = store.get().begin_round(RoundSetup("mnist", "first", 64, 1), NOW)
    assert store.get() is store.get()
    store.get().finish_round(round_id, 100, 1, NOW)
    best = store.best_if_open("mnist")
    assert best is not None and best.score == 100
    store.close()
    assert (tmp_path / "scores.sqlite").is_file()


def test_a_preloaded_store_knows_the_best_score_without_being_asked_for(tmp_path: Path) -> None:
    first = LazyStore(tmp_path / "scores.sqlite")
    round_id = first.get().begin_round(RoundSetup("mnist", "first", 64, 1), NOW)
    first.get().finish_round(round_id, 300, 2, NOW)
    first.close()
    second = LazyStore(tmp_path / "scores.sqlite")
    second.preload()
    deadline = time.monotonic() + 30
    while (best := second.best_if_open("mnist")) is None:
        assert time.monotonic() < deadline
    assert best.score == 300
    second.close()


def test_without_a_path_the_store_lies_in_the_user_s_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REAL_OR_FAKE_HOME", str(tmp_path))
    store: Any = LazyStore()
    store.get().begin_round(RoundSetup("mnist", "first", 64, 1), NOW)
    store.close()
    assert (tmp_path / "scores.sqlite").is_file()


def test_rounds_begin_for_the_player_of_the_settings(tmp_path: Path) -> None:
    services = make_services(tmp_path, tmp_path, player_name="Ada")
    player = services.store_of_player().player
    assert player is not None and (player.name, player.id) == ("Ada", services.settings.player_id)
    assert json.loads((tmp_path / "settings.json").read_text())["player_id"] == player.id
    # As the settings' screen does: another name is another player.
    services.change_settings(replace(services.settings, player_name="Grace", player_id=""))
    other = services.store_of_player().player
    assert other is not None and other.name == "Grace" and other.id != player.id
    services.change_settings(replace(services.settings, player_name="", player_id=""))
    assert services.store_of_player().player is None
    services.store.close()
    # A scores file that was moved away: the player stays the same one.
    again = make_services(tmp_path, tmp_path / "new", player_name="Ada", player_id=player.id)
    assert again.store_of_player().player == player
    again.store.close()
