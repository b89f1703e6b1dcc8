# SPDX-License-Identifier: Apache-2.0
"""moto's server: an AWS written by others, as a peer to compare with."""

import sys

import requests

from support.process import accepts_connections, free_port

ATTEMPTS = 5


class MotoServer:
    def __init__(self, process, port):
        self.process = process
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    def start(cls, processes):
        for attempt in range(ATTEMPTS):
            port = free_port()
            argv = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", port]
            try:
                process = processes.start(argv, lambda: accepts_connections(port), "moto listening")
                return cls(process, port)
            except RuntimeError:  # somebody else took the port
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def reset(self):
        requests.post(f"{self.url}/moto-api/reset", timeout=60).raise_for_status()
