# SPDX-License-Identifier: Apache-2.0
"""OpenSSH's own client."""

import subprocess


class Ssh:
    """The OpenSSH client with a key and a known_hosts file of its own."""

    def __init__(self, directory, port):
        self.directory = directory
        self.port = port
        self.key = directory / "client-key"
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key], check=True, timeout=30
        )

    def argv(self, address, *command, options=()):
        fixed = {
            "IdentitiesOnly": "yes",
            "IdentityFile": self.key,
            "UserKnownHostsFile": self.directory / "known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "accept-new",
            "BatchMode": "yes",
            "PreferredAuthentications": "publickey",
            "LogLevel": "ERROR",
        }
        words = [word for name, value in fixed.items() for word in ("-o", f"{name}={value}")]
        port = ["-p", str(self.port)]
        return ["ssh", "-F", "none", *port, *words, *options, f"check@{address}", *command]

    def run(self, address, *command, options=(), seconds=60):
        return subprocess.run(
            self.argv(address, *command, options=options),
            capture_output=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
        )
