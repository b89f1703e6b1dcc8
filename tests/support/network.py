# SPDX-License-Identifier: Apache-2.0
"""A host behind a cable that can be cut: a network namespace at the other end of a veth pair."""

import os
import subprocess


def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=30, capture_output=True)


class FarNetwork:
    """`address` is that of the far end; a program started with `wrapper` in front lives there."""

    def __init__(self):
        # From the range for benchmarks of networks (RFC 2544), another one for each process.
        number = os.getpid() % 16384
        network = f"198.18.{number >> 6}"
        first = (number & 63) * 4
        self.name = f"ls{os.getpid()}"
        self.address = f"{network}.{first + 2}"
        self.wrapper = ("ip", "netns", "exec", self.name)
        ip("netns", "add", self.name)
        try:
            ip("link", "add", self.name, "type", "veth", "peer", "name", "far", "netns", self.name)
            ip("address", "add", f"{network}.{first + 1}/30", "dev", self.name)
            ip("link", "set", self.name, "up")
            ip("-n", self.name, "address", "add", f"{self.address}/30", "dev", "far")
            ip("-n", self.name, "link", "set", "lo", "up")
            self.mend()
        except subprocess.CalledProcessError:
            self.remove()
            raise

    def cut(self):
        """Neither side is told: packets are lost from now on."""
        ip("-n", self.name, "link", "set", "far", "down")

    def mend(self):
        ip("-n", self.name, "link", "set", "far", "up")

    def remove(self):
        # What still runs at the far end keeps the namespace; the cable goes now.
        subprocess.run(["ip", "link", "del", self.name], timeout=30, capture_output=True)
        ip("netns", "del", self.name)


def available():
    """Whether this machine lets us lay cables."""
    try:
        FarNetwork().remove()
    except (OSError, subprocess.CalledProcessError):
        return False
    return True
