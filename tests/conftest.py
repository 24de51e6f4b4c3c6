"""No test needs a screen, a sound device, a network or the user's own folders."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flashing import Glass
    from planning import Planner
    from playing import Clock, Player, Recorder
    from postgres import Server
    from stages import Stage

    from game.forger import Forger
    from game.services import Services

# What the tests play is nobody's class.
os.environ.pop("REAL_OR_FAKE_DATABASE", None)
# One thread: tests train tiny nets, for which handing work to a second thread takes longer than the work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Here, because pygame reads these when it is imported, and no test module is imported before this one.
HOME = tempfile.mkdtemp(prefix="real-or-fake-tests-")
os.environ.update(
    SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy", PYGAME_HIDE_SUPPORT_PROMPT="1", REAL_OR_FAKE_HOME=HOME
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden", action="store_true", help="keep the screens as they are drawn now as golden pictures"
    )


def pytest_sessionfinish() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@contextmanager
def _handlers_kept() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def signals_as_before() -> Iterator[None]:
    """`train.py` takes Ctrl-C and SIGTERM for itself; each test gives them back."""
    with _handlers_kept():
        yield


@pytest.fixture(scope="module")
def module_signals_as_before() -> Iterator[None]:
    """The same for modules whose tests share what a command made."""
    with _handlers_kept():
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own for what the program keeps of a user."""
    monkeypatch.setenv("REAL_OR_FAKE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="session")
def shared_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny run of each dataset; tests that change it take `checkpoints`."""
    from bare_runs import write_run

    folder = tmp_path_factory.mktemp("checkpoints")
    write_run(folder / "mnist", "mnist", (2, 64, 3000))
    write_run(folder / "fashion-mnist", "fashion-mnist", (2, 64))
    return folder


@pytest.fixture
def checkpoints(shared_checkpoints: Path, tmp_path: Path) -> Path:
    """A copy of the tiny runs that a test may spoil."""
    return Path(shutil.copytree(shared_checkpoints, tmp_path / "checkpoints"))


@pytest.fixture
def window() -> Iterator[None]:
    """An open window of 1280×720."""
    import pygame

    from game.play_command import open_window

    open_window((1280, 720), full_screen=False)
    yield
    pygame.quit()


@pytest.fixture(scope="session")
def shared_forger() -> Iterator[Any]:
    """A forger process that is ready; tests that end it start their own."""
    from forgers import ready_forger

    forger = ready_forger()
    yield forger
    forger.close()


@pytest.fixture
def texts(monkeypatch: pytest.MonkeyPatch) -> "Recorder":
    """What is drawn as text."""
    from playing import Recorder

    return Recorder(monkeypatch)


@pytest.fixture
def clock() -> "Clock":
    """A clock that moves when it is told to."""
    from playing import Clock

    return Clock()


@pytest.fixture
def player(
    window: None, texts: "Recorder", clock: "Clock", checkpoints: Path, tmp_path: Path, shared_forger: "Forger"
) -> "Iterator[Player]":
    """Someone at the real loop, with a real forger and a scores file of their own."""
    from playing import Player, make_services

    player = Player(make_services(checkpoints, tmp_path, shared_forger), clock)
    yield player
    player.services.store.close()


@pytest.fixture
def guest(window: None, texts: "Recorder", clock: "Clock", tmp_path: Path) -> "Iterator[Player]":
    """Someone at the title of a game with one run, whose forger answers at once."""
    from bare_runs import write_bare_run
    from playing import Player, make_services

    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    guest = Player(make_services(tmp_path / "checkpoints", tmp_path), clock)
    yield guest
    guest.close()


@pytest.fixture
def glass(guest: "Player", clock: "Clock", monkeypatch: pytest.MonkeyPatch) -> "Glass":
    """What the window shows of that guest's flash, from moment to moment."""
    from flashing import Glass

    glass = Glass(clock, guest)
    glass.note_all(monkeypatch)
    return glass


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runs that stages play against; each stage has a copy."""
    from stages import write_stage_runs

    return write_stage_runs(tmp_path_factory.mktemp("stage-runs"))


@pytest.fixture
def stage(runs: Path, texts: "Recorder", tmp_path: Path) -> "Iterator[Stage]":
    """The title, from which every stage is reached."""
    import pygame
    from stages import begin

    stage = begin(runs, tmp_path, (1280, 720))
    yield stage
    stage.player.close()
    pygame.quit()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a scores file of the test's own is to lie."""
    return tmp_path / "scores.sqlite"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with the real datasets and without judges, so that a rung costs little."""
    from gan.config import PROJECT_ROOT

    checkout = tmp_path_factory.mktemp("checkout")
    shutil.copytree(PROJECT_ROOT / "gan", checkout / "gan", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT_ROOT / "train.py", checkout)
    (checkout / "assets").symlink_to(PROJECT_ROOT / "assets")
    return checkout


@pytest.fixture(scope="session")
def good_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run that can be packed and taken in; tests that change it take a copy."""
    from shared_run import write_whole_run

    return write_whole_run(tmp_path_factory.mktemp("good") / "old")


@pytest.fixture(scope="session")
def good_zip(good_run: Path) -> bytes:
    """The same run as a zip."""
    from io import BytesIO

    from shared_run import quiet

    from gan.run_export import export_run

    stream = BytesIO()
    export_run(good_run, stream, quiet)
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the runs of a test are written."""
    return tmp_path / "runs"


@pytest.fixture
def visitor(window: None, texts: "Recorder", clock: "Clock", folder: Path, tmp_path: Path) -> "Iterator[Player]":
    """Someone at the title of a game whose lab has eight runs, in all states."""
    from lab_runs import write_lab
    from playing import Player, make_services

    with ExitStack() as locks:
        player = Player(make_services(write_lab(folder, locks), tmp_path), clock)
        yield player
        player.close()


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Services]":
    """A game's services with stand-ins for the measurement, which waits to be let go, and for the training."""
    import json

    from bare_runs import write_bare_run
    from planning import MEASURE, RESULT, SLEEP
    from playing import NOW, live_processes, make_services

    from game.lab import Lab

    script = MEASURE.format(calls=str(tmp_path / "calls"), go=str(tmp_path / "go"), result=json.dumps(RESULT))
    monkeypatch.setattr("game.screens.plan_run.MEASURE_COMMAND", (sys.executable, "-c", script))
    (tmp_path / "checkpoints").mkdir()
    write_bare_run(tmp_path / "checkpoints" / "mnist", (2, 64, 3000))
    services = make_services(tmp_path / "checkpoints", tmp_path)
    services.lab = Lab(tmp_path / "checkpoints", lambda: NOW, (sys.executable, "-c", SLEEP))
    yield services
    for process in live_processes(services.lab):
        process.kill()


@pytest.fixture(scope="session")
def server() -> "Iterator[Server]":
    """A PostgreSQL server; tests that need one are skipped where there is none."""
    from postgres import running_server

    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty class's database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'class.sqlite'}"
    return str(request.getfixturevalue("server").new_database())


@pytest.fixture
def planner(
    services: "Services", window: None, texts: "Recorder", clock: "Clock", tmp_path: Path
) -> "Iterator[Planner]":
    """A player of that game who can open the plan of a run."""
    from planning import Planner

    planner = Planner(services, clock)
    planner.folder = tmp_path
    yield planner
    planner.let_measurements_end()
    planner.close()
