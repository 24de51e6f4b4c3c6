"""How much of a busy computer this process claims."""

import os
import sys
from contextlib import suppress
from pathlib import Path

# Niceness, of which a process has from 0 to 19: the last one takes only what nobody else wants.
BACKGROUND_NICENESS = 19
# Someone waits for the answer, but not at the price of a smooth window.
HELPER_NICENESS = 5


def lower_priority(niceness: int) -> None:
    """Makes other processes go first: the more so, the higher `niceness`, 1 to 19."""
    if sys.platform == "win32":
        import ctypes

        idle, below_normal = 0x40, 0x4000
        this_process = ctypes.c_void_p(-1)
        ctypes.windll.kernel32.SetPriorityClass(this_process, idle if niceness >= 10 else below_normal)
    else:
        with suppress(OSError):
            os.nice(niceness)
        # Linux shares the cores among groups first, and by niceness only inside of one. The group is this process's own
        # where it leads it; else it is that of a whole terminal, which is not for us to slow down.
        if os.getsid(0) == os.getpid():
            with suppress(OSError):
                Path("/proc/self/autogroup").write_text(str(niceness))
