# SPDX-License-Identifier: Apache-2.0
"""A real OpenSSH server on one loopback address, whose answers can be made as bad as hosts' get."""

import os
import pathlib
import subprocess

from support.process import accepts_connections

SSHD = "/usr/sbin/sshd"

# Instead of the command that was asked for.
BEHAVIOURS = {
    # Until the connection is gone; nothing is left behind then.
    "hang": "exec tail --pid=$PPID -f /dev/null",
    "flood": "head -c 10485760 /dev/zero | tr '\\0' x",
    "garbage": "head -c 100000 /dev/urandom",
    # The server's process for this session ends in the middle of an answer.
    "die": """
printf 4
pid=$$
while read -r _ name _ parent _ </proc/$pid/stat && [ "$name" != "(sshd)" ]; do pid=$parent; done
kill -9 "$pid"
""",
}


def new_key(path):
    """A new key pair at path and path.pub; what was there is replaced."""
    for file in (path, pathlib.Path(f"{path}.pub")):
        file.unlink(missing_ok=True)
    argv = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path]
    subprocess.run(argv, check=True, timeout=30)
    return path


class Sshd:
    """`behaviour` replaces all commands; None: they run as asked, with `path` before PATH. `wrapper`:
    words before those that start the server."""

    def __init__(self, processes, directory, address, port, authorized, path, behaviour=None, wrapper=()):
        self._processes = processes
        self._directory = directory
        self._wrapper = wrapper
        self.address = address
        self.port = port
        directory.mkdir()
        self.host_key = new_key(directory / "host_key")
        self._lines = [
            f"ListenAddress {address}:{port}",
            f"HostKey {self.host_key}",
            f"AuthorizedKeysFile {authorized}",
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "PasswordAuthentication no",
            "PermitRootLogin prohibit-password",
            f"SetEnv PATH={path}:{os.environ['PATH']}",
        ]
        if behaviour is not None:
            script = directory / "behaviour.sh"
            script.write_text(BEHAVIOURS[behaviour])
            self._lines.append(f"ForceCommand /bin/bash {script}")
        self.start()

    def start(self):
        config = self._directory / "sshd_config"
        config.write_text("\n".join(self._lines) + "\n")
        self.process = self._processes.start(
            [*self._wrapper, SSHD, "-D", "-e", "-f", config],
            lambda: accepts_connections(self.port, self.address),
            "sshd listening",
        )

    def stop(self):
        """The server, and the sessions that it holds open."""
        sessions = _descendants(self.process.pid)
        self.process.stop()
        for pid in sessions:
            try:
                os.kill(pid, 9)
            except ProcessLookupError:
                pass

    def change_host_key(self):
        self.stop()
        new_key(self.host_key)
        self.start()


def _descendants(pid):
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [found for child in map(int, children) for found in (child, *_descendants(child))]
