# SPDX-License-Identifier: Apache-2.0
"""serverscore as a process, and the trees that stand for hosts of all kinds."""

import os
import pathlib
import re
import subprocess

TREES = pathlib.Path(__file__).resolve().parents[2] / "serverscore" / "testing" / "trees"
TIMEOUT_SECONDS = 60


class Serverscore:
    """Runs one program. `run` returns when it has ended; `start` hands the process over."""

    def __init__(self, program, prefix=()):
        self.program = str(program)
        self._argv = [*prefix, self.program]

    def run(self, *options, env=None, **popen):
        return subprocess.run(
            [*self._argv, *map(str, options)],
            stdin=popen.pop("stdin", subprocess.DEVNULL),
            stdout=popen.pop("stdout", subprocess.PIPE),
            stderr=popen.pop("stderr", subprocess.PIPE),
            env={**os.environ, **(env or {})},
            timeout=TIMEOUT_SECONDS,
            text=True,
            **popen,
        )

    def start(self, *options, env=None, **popen):
        return subprocess.Popen(
            [*self._argv, *map(str, options)],
            env={**os.environ, **(env or {})},
            stderr=subprocess.PIPE,
            text=True,
            **popen,
        )

    def is_static(self):
        """Needs nothing of the host, as released; the sanitizers' builds do."""
        return b"/ld-linux" not in pathlib.Path(self.program).read_bytes()[:4096]


def is_score(text):
    return re.fullmatch(r"(100|[1-9][0-9]?)\n", text) is not None
