# SPDX-License-Identifier: Apache-2.0
"""Livesonic itself: a configuration with its data directory, the commands, and the server."""

import datetime
import json
import subprocess

import requests

from support.process import wait_for

COMMAND_SECONDS = 60


def when(text):
    """A time of the API. As text they don't sort: "…:05Z" is before "…:05.250Z"."""
    return datetime.datetime.fromisoformat(text)


class Livesonic:
    """`settings` are the sections of the configuration file; some have defaults for tests."""

    def __init__(self, processes, bin_dir, directory, settings):
        self._processes = processes
        self._bin_dir = bin_dir
        self.program = bin_dir / "livesonic"
        self.config_file = directory / "livesonic.yaml"
        self.data_dir = directory / "data"
        self.process = None
        self.wrapper = ()  # words before those that start the server
        self.session = requests.Session()
        self.settings = {
            "listen": "127.0.0.1:0",
            "data_dir": str(self.data_dir),
            "poll_interval": "1s",
            "domains": {"certificates": False},  # no name is looked up outside
            **settings,
        }
        self.write_config()

    def write_config(self):
        """Writes self.settings; a running server takes them when it is started again."""
        # JSON is YAML.
        self.config_file.write_text(json.dumps(self.settings, indent=2, ensure_ascii=False))
        self.config_file.chmod(0o600)

    @property
    def database(self):
        return self.data_dir / "livesonic.db"

    # --- the server ---
    def start(self, *options):
        """`livesonic serve`, without waiting for it."""
        argv = [*self.wrapper, self.program, "--config", self.config_file, "serve", *options]
        self.process = self._processes.start(argv)
        return self.process

    def serve(self):
        """`livesonic serve`; returns once it answers."""
        self.start()
        self.process.wait_until(self.answers, "livesonic answering")
        return self

    @property
    def url(self):
        """Of the server that holds the data directory, or held it last."""
        return f"http://{(self.data_dir / 'livesonic.lock').read_text()}"

    def answers(self):
        try:
            return self.request("GET", "/health").json()["data_dir"] == str(self.data_dir)
        except (OSError, requests.RequestException):  # no lock file yet, or nobody listens
            return False

    # --- the API ---
    def request(self, method, path, **options):
        options.setdefault("timeout", 20)
        return self.session.request(method, f"{self.url}/api/v1{path}", **options)

    def get(self, path):
        answer = self.request("GET", path)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path, **body):
        answer = self.request("POST", path, json=body)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def metrics(self):
        """What Prometheus is told: {name with labels: value}."""
        answer = self.session.get(f"{self.url}/metrics", timeout=30)
        assert answer.ok, answer.text
        lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def incidents(self, state="all"):
        return self.get(f"/incidents?state={state}")["incidents"]

    def wait_for_rounds(self, cluster, count):
        """Until that many more polls of the cluster are in its history."""
        def points():
            return len(self.get(f"/clusters/{cluster}/history?last=1h")["points"])

        before = points()
        wait_for(lambda: points() >= before + count, f"{count} polls of {cluster}", pause=0.1)

    def wait_for_looks(self, cluster, count, seconds=80):
        """Until AWS was asked that many times more about the cluster: each round begins with it."""
        seen = set()

        def look():
            seen.add(self.show(cluster)["discovery"]["last_attempt"])
            return len(seen) > count

        wait_for(look, f"{count} rounds of {cluster}", seconds, pause=0.2)

    # --- the commands ---
    def run(self, *words, seconds=COMMAND_SECONDS):
        argv = [self.program, "--config", self.config_file, *words]
        return subprocess.run(
            [str(word) for word in argv], capture_output=True, text=True, timeout=seconds
        )

    def json(self, *words, status=0, seconds=COMMAND_SECONDS):
        """What a command prints with --json; `status` is its expected exit status."""
        answer = self.run(*words, "--json", seconds=seconds)
        assert answer.returncode == status, f"{words}: {answer.returncode} {answer.stderr}"
        return json.loads(answer.stdout)

    def poll(self, status=0):
        """`livesonic poll --once`: what it tells of each cluster, by name."""
        polls = self.json("poll", "--once", status=status)["polls"]
        return {poll["cluster"]: poll for poll in polls}

    def show(self, cluster, *options):
        return self.json("cluster", "show", cluster, *options)

    def members(self, cluster, *options):
        return {member["id"]: member for member in self.show(cluster, *options)["members"]}
