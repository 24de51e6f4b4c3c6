"""How much of a busy computer a process claims."""

import ctypes
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gan import priority
from gan.config import PROJECT_ROOT

LOWERED = """
import os, sys
from pathlib import Path
from gan.priority import lower_priority
lower_priority(int(sys.argv[1]))
group = Path("/proc/self/autogroup")
# The file is there but empty for a process of no such group.
print(os.nice(0), *(group.read_text().split()[-1:] if group.exists() else ()))
"""


def _lowered(niceness: int, leads_its_group: bool) -> list[str]:
    return subprocess.run(
        [sys.executable, "-c", LOWERED, str(niceness)],
        cwd=PROJECT_ROOT,
        start_new_session=leads_its_group,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()


@pytest.mark.skipif(sys.platform == "win32", reason="niceness is for POSIX")
@pytest.mark.parametrize("niceness", [priority.BACKGROUND_NICENESS, priority.HELPER_NICENESS])
def test_a_process_of_its_own_is_nice_to_its_group_and_its_group_to_others(niceness: int) -> None:
    already, *group = _lowered(0, leads_its_group=True)
    lowered, *lowered_group = _lowered(niceness, leads_its_group=True)
    assert int(lowered) == min(19, int(already) + niceness)
    if Path("/proc/sys/kernel/sched_autogroup_enabled").exists() and group:
        assert lowered_group == [str(niceness)]


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="only Linux has such groups")
def test_a_process_of_a_terminal_leaves_the_terminals_group_alone() -> None:
    assert _lowered(19, leads_its_group=False)[1:] == _lowered(0, leads_its_group=False)[1:]


@pytest.mark.parametrize(("niceness", "priority_class"), [(19, 0x40), (5, 0x4000)])
def test_windows_has_classes_instead(monkeypatch: pytest.MonkeyPatch, niceness: int, priority_class: int) -> None:
    calls: list[tuple[object, int]] = []
    kernel = SimpleNamespace(SetPriorityClass=lambda handle, wanted: calls.append((handle.value, wanted)))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(priority.sys, "platform", "win32")
    priority.lower_priority(niceness)
    monkeypatch.undo()
    # The handle −1, as an address, is that of the process itself.
    assert calls == [(ctypes.c_void_p(-1).value, priority_class)]
