# SPDX-License-Identifier: Apache-2.0
"""Prometheus' Alertmanager (Debian's package), which tells nobody."""

import requests

from support.process import free_port

CONFIG = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n"


class Alertmanager:
    def __init__(self, processes, directory):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        config = directory / "alertmanager.yml"
        config.write_text(CONFIG)
        argv = [
            "prometheus-alertmanager",
            f"--config.file={config}",
            f"--storage.path={directory / 'alertmanager'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ]
        self.process = processes.start(argv, self._ready, "Alertmanager being ready")

    def _ready(self):
        try:
            return requests.get(f"{self.url}/-/ready", timeout=5).ok
        except requests.RequestException:
            return False

    def alerts(self):
        """Those that it holds for active."""
        answer = requests.get(f"{self.url}/api/v2/alerts", timeout=20)
        answer.raise_for_status()
        return answer.json()
