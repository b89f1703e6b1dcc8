# SPDX-License-Identifier: Apache-2.0
"""Loads the host with stress-ng, in a cgroup where the scenario wants one."""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

CGROUPS = pathlib.Path("/sys/fs/cgroup")
PERIOD_US = 100_000


class Limited:
    """A cgroup of its own, of version 2 or 1, whichever this host has."""

    def __init__(self, memory_mib: int, cpus: float):
        self.paths = []
        if memory_mib:
            self.limit("memory", {"memory.max": memory_mib << 20},
                       {"memory.limit_in_bytes": memory_mib << 20})
        if cpus:
            quota = int(cpus * PERIOD_US)
            self.limit("cpu", {"cpu.max": f"{quota} {PERIOD_US}"},
                       {"cpu.cfs_period_us": PERIOD_US, "cpu.cfs_quota_us": quota})

    def limit(self, controller: str, v2: dict, v1: dict):
        if (CGROUPS / "cgroup.subtree_control").exists():
            (CGROUPS / "cgroup.subtree_control").write_text("+" + controller)
            path, files = CGROUPS / f"score-fidelity-{os.getpid()}", v2
        else:
            path, files = CGROUPS / controller / f"score-fidelity-{os.getpid()}", v1
        path.mkdir(exist_ok=True)
        self.paths.append(path)
        for name, value in files.items():
            (path / name).write_text(str(value))

    def enter(self):
        """Called in the child, before it becomes stress-ng."""
        for path in self.paths:
            (path / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self):
        """Waits until what ran in it is gone."""
        for path in set(self.paths):
            for _ in range(100):
                with contextlib.suppress(OSError):
                    path.rmdir()
                    break
                time.sleep(0.1)


@contextlib.contextmanager
def load(scenario, cpus: int, directory: pathlib.Path):
    """The host is loaded for as long as the context lasts."""
    if not scenario.stress:
        yield
        return
    limited = Limited(scenario.memory_limit_mib, scenario.cpu_limit)
    scratch = pathlib.Path(tempfile.mkdtemp(dir=directory))

    def prepare():
        limited.enter()
        if scenario.nice:
            os.nice(scenario.nice)

    stress = subprocess.Popen(
        ["stress-ng", "--quiet", "--temp-path", str(scratch), "--timeout", "600s"]
        + scenario.arguments(cpus),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        # A group to be ended as one. Not a session: the kernel's autogrouping shares the CPUs among
        # sessions first, and those who compete on a server mostly live in the same one.
        process_group=0, preexec_fn=prepare,
    )
    try:
        yield
        if stress.poll() is not None:
            raise RuntimeError(f"{scenario.name}: stress-ng ended early with {stress.returncode}")
    finally:
        end(stress)
        limited.remove()
        shutil.rmtree(scratch, ignore_errors=True)


def end(process):
    """Asks the process and its children to end, and makes those that don't."""
    group = process.pid
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    process.wait()
