# SPDX-License-Identifier: Apache-2.0
"""Programs under test as processes: started, waited for, ended by pid."""

import os
import signal
import socket
import subprocess
import time

STOP_SECONDS = 10
READY_SECONDS = 60
LOG_TAIL_BYTES = 8000


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def wait_for(condition, what, seconds=READY_SECONDS, pause=0.02):
    """The first true value of condition(), asked again and again until the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(pause)


def accepts_connections(port, address="127.0.0.1"):
    try:
        socket.create_connection((address, port), timeout=1).close()
        return True
    except OSError:
        return False


class Process:
    """One running program. Its output, stdout and stderr together, is in `log`."""

    def __init__(self, argv, log, env=None, cwd=None):
        self.name = os.path.basename(str(argv[0]))
        self.log = log
        with open(log, "ab") as out:
            self._popen = subprocess.Popen(
                [str(arg) for arg in argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
            )

    @property
    def pid(self):
        return self._popen.pid

    @property
    def exit_status(self):
        """None while it runs; negative when a signal ended it."""
        return self._popen.poll()

    def signal(self, number):
        self._popen.send_signal(number)

    def wait(self, seconds=STOP_SECONDS):
        return self._popen.wait(seconds)

    def wait_until(self, condition, what, seconds=READY_SECONDS):
        """As wait_for(), but gives up at once when the program ends."""

        def alive_and_so():
            value = condition()
            if not value and self.exit_status is not None:
                raise RuntimeError(
                    f"{self.name} ended with {self.exit_status} before {what}:\n{self.log_tail()}"
                )
            return value

        return wait_for(alive_and_so, what, seconds)

    def stop(self):
        """SIGTERM, and SIGKILL for one that doesn't heed it. What was wrong about it, or None."""
        if self.exit_status is None:
            self.signal(signal.SIGTERM)
        try:
            status = self.wait()
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self.wait()
            return f"{self.name} (pid {self.pid}) ignored SIGTERM for {STOP_SECONDS} s"
        crashes = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE}
        if status in crashes:
            return f"{self.name} (pid {self.pid}) crashed with signal {-status}:\n{self.log_tail()}"
        return None

    def log_text(self):
        return self.log.read_bytes().decode(errors="replace")

    def log_tail(self):
        return self.log_text()[-LOG_TAIL_BYTES:]


class Processes:
    def __init__(self, directory):
        self._directory = directory
        self.all = []

    def start(self, argv, ready=None, what="being ready", env=None, cwd=None):
        """Starts it and, given `ready`, returns once ready() is true."""
        log = self._directory / f"{os.path.basename(str(argv[0]))}.{len(self.all)}.log"
        process = Process(argv, log, env, cwd)
        self.all.append(process)
        if ready is not None:
            process.wait_until(ready, what)
        return process

    def stop_all(self):
        """Ends them, the youngest first; what was wrong about any of them."""
        return [problem for process in reversed(self.all) if (problem := process.stop())]
