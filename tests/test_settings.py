"""Settings survive: on disk as a whole or not at all, and what can't be used is kept aside."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.settings import Settings, SettingsError, database_url, default_path, load, save, set_aside

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAYER_ID = "0123456789abcdef" * 2
CHANGED = Settings("Ada", PLAYER_ID, False, reduced_motion=True, full_screen=True, ask_confidence=True, flashing=False)


@given(st.builds(Settings, player_name=st.text(st.characters(codec=None))))
def test_saved_settings_come_back_with_a_name_that_can_be_drawn(settings: Settings) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        save(settings, path)
        loaded, problem = load(path)
        assert problem is None
        assert replace(loaded, player_name="") == replace(settings, player_name="")
        kept = [letter for letter in settings.player_name if letter.isprintable()]
        assert list(loaded.player_name) == kept[:16]


def test_every_setting_is_saved(tmp_path: Path) -> None:
    assert all(getattr(CHANGED, name) != getattr(Settings(), name) for name in Settings.__dataclass_fields__)
    save(CHANGED, tmp_path / "new" / "folder" / "settings.json")
    assert load(tmp_path / "new" / "folder" / "settings.json") == (CHANGED, None)


@pytest.mark.parametrize("player_id", ["Ada", PLAYER_ID.upper(), PLAYER_ID + "0", "'; DROP TABLE players"])
def test_what_is_no_id_of_a_player_is_none(tmp_path: Path, player_id: str) -> None:
    save(replace(CHANGED, player_id=player_id), tmp_path / "settings.json")
    assert load(tmp_path / "settings.json") == (replace(CHANGED, player_id=""), None)


def test_a_missing_file_means_the_standard_settings(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.json") == (Settings(), None)
    assert list(tmp_path.iterdir()) == []


def test_unknown_keys_are_ignored_and_missing_ones_standard(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(b'\xef\xbb\xbf{"sound": false, "colour": "green"}')  # with a byte order mark
    assert load(path) == (Settings(sound=False), None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"sound": fal',
        b"\xff\xfe\x00",
        b"[]",
        b'{"sound": 1}',
        b'{"sound": null}',
        b'{"player_name": 5}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_cannot_be_used_is_set_aside_as_it_was(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings, sentence = load(path, NOW)
    assert settings == Settings()
    assert sentence is not None
    assert str(path) in sentence
    assert "settings.json.damaged-20300102T030405Z" in sentence
    assert not path.exists()
    assert (tmp_path / "settings.json.damaged-20300102T030405Z").read_bytes() == content


def test_a_folder_in_the_place_of_the_file_stays(tmp_path: Path) -> None:
    settings, sentence = load(tmp_path)
    assert settings == Settings()
    assert sentence is not None
    assert "is a folder" in sentence
    assert tmp_path.is_dir()


def test_setting_aside_never_overwrites(tmp_path: Path) -> None:
    path = tmp_path / "file"
    kept = []
    for content in ("first", "second", "third"):
        path.write_text(content)
        kept.append(set_aside(path, NOW))
    assert [aside.read_text() for aside in kept] == ["first", "second", "third"]


def test_saving_leaves_no_other_file_behind(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    save(Settings(), path)
    save(CHANGED, path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_that_fails_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    save(CHANGED, path)

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(SettingsError, match="No space left on device"):
        save(Settings(), path)
    assert load(path) == (CHANGED, None)
    assert list(tmp_path.iterdir()) == [path]


def test_a_save_into_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SettingsError, match="make the folder writable"):
        save(Settings(), tmp_path / "file" / "settings.json")


def test_the_environment_chooses_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REAL_OR_FAKE_HOME", str(tmp_path))
    assert default_path() == tmp_path / "settings.json"
    monkeypatch.setenv("REAL_OR_FAKE_HOME", "")
    assert default_path().parent != Path()
    assert default_path().name == "settings.json"


def test_a_flag_for_the_database_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REAL_OR_FAKE_DATABASE", raising=False)
    assert (database_url(None), database_url("sqlite:///a")) == ("", "sqlite:///a")
    monkeypatch.setenv("REAL_OR_FAKE_DATABASE", "sqlite:///b")
    assert (database_url(None), database_url("sqlite:///a"), database_url("")) == ("sqlite:///b", "sqlite:///a", "")
