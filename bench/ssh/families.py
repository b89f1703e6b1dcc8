# SPDX-License-Identifier: Apache-2.0
"""What a process cost together with all that came of it, also what has ended meanwhile."""
import contextlib
import os
import pathlib

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def fields_of(pid):
    """Those of /proc/PID/stat behind the name: the state first, then the parent."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def family(pid):
    """The process and its living descendants."""
    children = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            children.setdefault(int(fields_of(folder.name)[1]), []).append(int(folder.name))
    found, left = [], [pid]
    while left:
        one = left.pop()
        found.append(one)
        left += children.get(one, [])
    return found


def spent_s(pid):
    """CPU seconds of the family, and of those of it that ended and were waited for."""
    ticks = 0
    for one in family(pid):
        with contextlib.suppress(OSError, IndexError):
            ticks += sum(int(field) for field in fields_of(one)[11:15])
    return ticks * TICK_S
