# SPDX-License-Identifier: Apache-2.0
"""A simulated fleet, and the Livesonic that watches it. On two or more CPUs Livesonic is held on one of
them and the simulator on the others."""
import json
import os
import subprocess

from programs import Program, get

CHECKS = [
    {"name": "nginx", "command": "systemctl is-active nginx", "expect": "active"},
    {"name": "load", "command": "check_load -w 50 -c 60", "expect_exit": 0},
    {"name": "disk", "command": "check_disk -w 10% -c 5% -p /", "expect_exit": 0},
]
CLUSTERS = 10


def held(cpu, command):
    """Where there are CPUs to choose from, on the first one or on all others."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        return command
    chosen = cpus[:1] if cpu == "first" else cpus[1:]
    return ["taskset", "-c", ",".join(map(str, chosen)), *command]


class Hosts:
    """A simulator with so many hosts behind ten balancers, or as many as are asked for. `bin_dir`: where
    the programs are."""

    def __init__(self, bin_dir, folder, count, *flags, clusters=CLUSTERS):
        self.folder, self.count = folder, count
        folder.mkdir()
        self.identity, self.user = folder / "key", "check"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.identity],
                       check=True)
        ready = folder / "ready.json"
        fleet = ",".join(f"c{i}:{count // clusters}" for i in range(clusters))
        self.program = Program(folder / "simulator.log", *held("others", [
            bin_dir / "livesonic-sim", "serve", "--seed", 7, "--clusters", fleet,
            "--ready-file", ready, *flags]))
        self.ready = ready

    def __enter__(self):
        self.program.__enter__().wait_for(self.ready.exists)
        self.facts = json.loads(self.ready.read_text())
        self.port = self.facts["ssh_port"]
        self.addresses = [f"127.88.{i // 256}.{i % 256}" for i in range(1, self.count + 1)]
        return self

    def __exit__(self, *all):
        self.program.__exit__(*all)


class Livesonic:
    """`livesonic serve` over the simulator's clusters, or over clusters of one's own. `sections`: more of the
    configuration."""

    def __init__(self, bin_dir, folder, hosts, mode="poll", interval_s=10, services=CHECKS,
                 clusters=None, command=None, **sections):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        config = folder / "livesonic.yaml"
        aws = hosts.facts["endpoint_url"] if hosts else "http://127.0.0.1:9"
        region = hosts.facts["region"] if hosts else "us-east-1"
        config.write_text(json.dumps({
            "listen": "127.0.0.1:0", "data_dir": str(folder / "data"),
            "poll_interval": f"{interval_s}s",
            "aws": {"region": region, "access_key_id": "any", "secret_access_key": "any",
                    "endpoint_url": aws},
            "ssh": {"user": hosts.user if hosts else "root",
                    "identity_file": str(hosts.identity if hosts else folder / "key"),
                    "port": hosts.port if hosts else 22},
            "domains": {"certificates": False},
            "clusters": clusters or [{"name": one["name"], "elb": one["load_balancer"],
                                      "mode": mode} for one in hosts.facts["clusters"]],
            "services": services,
            **({"serverscore": {"command": command, "install": False}} if command else {}),
            **sections,
        }))
        config.chmod(0o600)
        self.program = Program(folder / "log", *held("first", [
            bin_dir / "livesonic", "--config", config, "serve"]))

    def __enter__(self):
        self.program.__enter__().wait_for(self.metrics)
        return self

    def __exit__(self, *all):
        self.program.__exit__(*all)

    def url(self):
        return "http://" + (self.folder / "data" / "livesonic.lock").read_text()

    def metrics(self):
        """Samples by name and labels."""
        lines = get(self.url() + "/metrics").splitlines()
        return {name: float(value) for name, value in
                (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    def readings(self, kinds=("score", "check"), **labels):
        """How many there were so far, of those that have the labels."""
        names = tuple(f"livesonic_{kind}_readings_total" for kind in kinds)
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(value for name, value in self.metrics().items()
                   if name.startswith(names) and all(one in name for one in wanted))

    def answered(self):
        """How many scores there were."""
        return self.readings(("score",), outcome="ok")

    def streams(self):
        clusters = json.loads(get(self.url() + "/api/v1/clusters"))["clusters"]
        return sum(cluster["streams"]["live"] for cluster in clusters)
