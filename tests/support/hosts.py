# SPDX-License-Identifier: Apache-2.0
"""Instances of a simulated AWS with real OpenSSH servers on them."""

from support.process import free_port
from support.sshd import Sshd

CONNECT_SECONDS = 2
COMMAND_SECONDS = 2


class Hosts:
    """Instances of a simulated AWS, reached on a port where sshd listens, or something else."""

    def __init__(self, fleet, processes, directory, authorized, bin_dir):
        self.fleet = fleet
        self.ids = fleet.members("web-elb")
        self.port = free_port()
        self._processes = processes
        self._directory = directory
        self._authorized = authorized
        self._bin_dir = bin_dir

    def address(self, number):
        return self.fleet.instance(self.ids[number])["address"]

    def sshd(self, number, behaviour=None, authorized=None, path=None):
        return Sshd(
            self._processes,
            self._directory / f"sshd-{number}",
            self.address(number),
            self.port,
            authorized or f"{self._authorized}.pub",
            path or self._bin_dir,
            behaviour,
        )
