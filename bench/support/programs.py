# SPDX-License-Identifier: Apache-2.0
"""What benchmarks need of other programs: starting them, waiting, and what they cost."""
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

PATIENCE_S = 180


def get(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()


def post(url, **body):
    request = urllib.request.Request(url, json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def wait_for(condition, what, pause=0.05, patience=PATIENCE_S):
    """The first true value of condition(); OSError means not yet."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if value := condition():
                return value
        time.sleep(pause)
    sys.exit(f"bench: {what}: not within {patience} s")


class Program:
    """A process in the background for as long as the context lasts. Its output goes to a log."""

    def __init__(self, log, *command):
        self.log, self.command = log, [str(word) for word in command]

    def __enter__(self):
        self.started = time.monotonic()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def wait_for(self, condition, pause=0.05):
        def alive_and_there():
            if self.process.poll() is not None:
                tail = self.log.read_text(errors="replace")[-2000:]
                sys.exit(f"bench: {self.command[0]} has ended ({self.process.returncode}):\n{tail}")
            return condition()

        return wait_for(alive_and_there, self.command[0], pause)

    def cpu_s(self):
        # The CPU clock of another process: clock_getcpuclockid(3).
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def status(self, field):
        """A figure of /proc/PID/status; kB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", status, re.M)[1])

    def peak_mb(self):
        return self.status("VmHWM") / 1000


def run_to_end(command, log):
    """CPU seconds, wall seconds, peak resident MB and output of a program that ends by itself."""
    begin = time.monotonic()
    with open(log, "wb") as errors, subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=errors
    ) as process:
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: {command[0]} failed:\n{log.read_text(errors='replace')[-2000:]}")
    return (usage.ru_utime + usage.ru_stime, time.monotonic() - begin, usage.ru_maxrss / 1000,
            output)
