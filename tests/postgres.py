"""A real PostgreSQL of a test's own, from what Debian's package `postgresql` installs."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

ADMINISTRATOR, USER, PASSWORD = "teacher", "pupils", "p@ss/w:rd #1"
PASSWORD_IN_URL = "p%40ss%2Fw%3Ard%20%231"
# Quick rather than safe against power cuts.
SETTINGS = "-c fsync=off -c full_page_writes=off -c max_wal_senders=0 -c shared_buffers=16MB -c max_connections=40"


def programs() -> Path | None:
    """Returns the folder of the newest PostgreSQL here that has all that is needed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: (len(str(path)), path), reverse=True)
    return next((folder for folder in folders if all((folder / name).exists() for name in ("initdb", "pg_ctl"))), None)


@dataclass
class Server:
    """A PostgreSQL server on a free port of this computer."""

    programs: Path
    folder: Path
    port: int
    # Whom it runs as: it refuses to be root.
    user: str | None = None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def start(self) -> None:
        """Starts it, or starts it again, and waits until it answers."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {SETTINGS}"
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "log", "-w", "-o", options, "start")

    def kill(self) -> None:
        """Ends it as a power cut would, with all of its connections."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    @property
    def data(self) -> Path:
        """Where its files are."""
        return self.folder / "data"

    def new_database(self) -> str:
        """Returns the URL of a database with nothing in it."""
        import psycopg

        number = next(self._numbers)
        with psycopg.connect(self.url("postgres", ADMINISTRATOR), autocommit=True) as connection:
            if number == 1:
                # As the README says, no administrator.
                connection.execute(f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'")
            connection.execute(f"CREATE DATABASE class_{number} OWNER {USER}")
        return self.url(f"class_{number}")

    def url(self, database: str, user: str = USER) -> str:
        """Returns the URL of a database."""
        return f"postgresql://{user}:{PASSWORD_IN_URL}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str | Path) -> None:
        log = self.folder / "commands"
        with log.open("ab") as output:
            # Not a pipe, which the server would keep open.
            result = subprocess.run(
                [self.programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                user=self.user,
                group=self.user and "nogroup" if self.user == "nobody" else self.user,
                cwd=self.folder,
            )
        assert result.returncode == 0, log.read_text()[-2000:]


@contextmanager
def running_server() -> Iterator[Server]:
    """Gives a server that runs; skips the test where there is no PostgreSQL or nobody to run it as."""
    folder_of_programs = programs()
    if folder_of_programs is None:
        pytest.skip("there is no PostgreSQL here: apt-get install postgresql")
    pytest.importorskip("psycopg", reason='pip install "psycopg[binary]"')
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    user = _unprivileged_user()
    # A path that is short enough for a socket; root's own temporary folder may be closed to other users.
    folder = Path(tempfile.mkdtemp(prefix="real-or-fake-postgres-", dir="/tmp" if user else None))
    server = Server(folder_of_programs, folder, port, user)
    try:
        if server.user:
            shutil.chown(folder, server.user)
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        server._run(
            "initdb", "-D", server.data, "-U", ADMINISTRATOR, f"--pwfile={folder / 'password'}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        server.start()
        try:
            yield server
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_user() -> str | None:
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((name for name in ("postgres", "nobody") if name in names), None)
    if user is None:
        pytest.skip("PostgreSQL refuses to run as root, and there is no other user here")
    return user
