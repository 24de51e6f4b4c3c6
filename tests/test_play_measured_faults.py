"""Measured where something is missing: a forger that fails or is late, a run with too few real pictures."""

from pathlib import Path

from judging import at_briefing, play_out
from other_runs import write_other_run
from playing import Clock, Player, Recorder, query, responses
from tiny_runs import Form

from game.rules import Mode
from game.tickets import Ticket


def test_a_forger_that_fails_is_a_sentence_and_esc_leads_back(guest: Player, texts: Recorder, tmp_path: Path) -> None:
    at_briefing(guest, Mode.MEASURED)
    guest.services.forger.error = "The forger stopped; try again."
    guest.press("enter")
    assert "The forger stopped; try again." in texts.all.replace("\n", " ")
    guest.press("r", "f", "space")
    guest.press("escape")
    assert guest.on == "difficulty"
    guest.services.store.get()
    assert query(tmp_path, "SELECT * FROM rounds") == []


def test_pictures_that_come_late_are_waited_for(guest: Player, clock: Clock, texts: Recorder, tmp_path: Path) -> None:
    tickets: list[Ticket] = []
    forger, request = guest.services.forger, guest.services.forger.request

    def later(pictures: list, judge: str | None) -> Ticket:
        tickets.append(request(pictures, judge))
        return Ticket()

    at_briefing(guest, Mode.MEASURED)
    forger.request = later  # type: ignore[method-assign, assignment]
    guest.press("enter", "r", "f")
    assert "Drawing …" in texts.all and not guest.app.screen.waits_for_answer
    ticket = guest.app.screen._play._dealer._order._ticket
    ticket.images, ticket.classes = tickets[0].images, tickets[0].classes
    clock.now += 3
    guest.frame()
    clock.now += 1
    guest.press("f")
    assert responses(tmp_path, "answer, response_seconds") == [("fake", 1.0)]


def test_a_run_with_few_real_pictures_has_an_even_short_round_and_no_shorter_one(
    guest: Player, clock: Clock, texts: Recorder, tmp_path: Path
) -> None:
    checkpoints = tmp_path / "checkpoints"
    write_other_run(checkpoints / "few", Form("folder:/nowhere/few", 32, 1, ()), held_out=7)
    guest.services.lab.library.refresh()
    at_briefing(guest, Mode.MEASURED, "folder:/nowhere/few")
    assert "You will see 14 pictures: 7 are real, 7 are fake" in texts.all.replace("\n", " ")
    assert [button.name for button in guest.buttons] == ["sure", "start"]
    guest.press("enter")
    play_out(guest, clock, 14)
    assert guest.on == "measurement" and "d′ and c take at least 15 fakes" in texts.all.replace("\n", " ")
    assert "line" not in [button.name for button in guest.buttons]
    assert query(tmp_path, "SELECT trial_count, correct FROM rounds") == [(14, 7)]


def test_a_run_with_hardly_any_real_pictures_says_what_else_can_be_played(
    guest: Player, texts: Recorder, tmp_path: Path
) -> None:
    write_other_run(tmp_path / "checkpoints" / "one", Form("folder:/nowhere/one", 32, 1, ()), held_out=1)
    guest.services.lab.library.refresh()
    at_briefing(guest, Mode.MEASURED, "folder:/nowhere/one")
    guest.press("enter")
    sentence = "There are too few real pictures for a round (1); choose another run."
    assert sentence in texts.all.replace("\n", " ")
    guest.press("escape")
    assert guest.on == "difficulty"
