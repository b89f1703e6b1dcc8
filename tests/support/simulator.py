# SPDX-License-Identifier: Apache-2.0
"""livesonic-sim, driven through its control API (docs/simulator.md)."""

import json

import requests

from support.process import wait_for


class Simulator:
    def __init__(self, process, ready):
        self.process = process
        self.ready = ready
        self.url = ready["endpoint_url"]
        self.ssh_port = ready["ssh_port"]
        self._session = requests.Session()

    @classmethod
    def start(cls, processes, bin_dir, directory, flags=()):
        ready_file = directory / f"sim-{len(processes.all)}.ready.json"
        argv = [bin_dir / "livesonic-sim", "serve", "--ready-file", ready_file, *flags]
        process = processes.start(argv, ready_file.exists, "livesonic-sim being ready")
        simulator = cls(process, json.loads(ready_file.read_text()))
        simulator.ready_file = ready_file
        return simulator

    # --- the truth ---
    def world(self):
        answer = self._session.get(f"{self.url}/sim/world", timeout=60)
        answer.raise_for_status()
        return answer.json()

    def instance(self, instance_id):
        return next(i for i in self.world()["instances"] if i["id"] == instance_id)

    def members(self, load_balancer):
        """The ids registered with it, in the order of their registration."""
        balancers = self.world()["load_balancers"]
        return next(b["instances"] for b in balancers if b["name"] == load_balancer)

    def wait_for_state(self, instance_id, state):
        wait_for(lambda: self.instance(instance_id)["state"] == state, f"{instance_id} {state}")

    # --- changes ---
    def request(self, method, path, **body):
        return self._session.request(method, f"{self.url}/sim/{path}", json=body, timeout=60)

    def post(self, path, **body):
        answer = self.request("POST", path, **body)
        assert answer.ok, f"{path}: {answer.text}"
        return answer.json()

    def delete(self, path):
        answer = self.request("DELETE", path)
        assert answer.ok, f"{path}: {answer.text}"

    def add_load_balancer(self, name, instances=0, tags=None):
        body = {"name": name, "instances": instances, "tags": tags or {}}
        return self.post("load-balancers", **body)["instances"]

    def scale(self, load_balancer, by):
        """The ids of the launched (by > 0) or terminated (by < 0) instances."""
        answer = self.post(f"load-balancers/{load_balancer}/scale", by=by)
        return answer.get("launched") or answer.get("terminated") or []

    def terminate(self, instance_id):
        self.post(f"instances/{instance_id}/terminate")

    def set_score(self, instance_id, score, **seconds):
        self.post(f"instances/{instance_id}/score", score=score, **seconds)

    def service_down(self, instance_id, service, **seconds):
        self.post(f"instances/{instance_id}/service-down", service=service, **seconds)

    def set_fault(self, instance_id, fault, **seconds):
        self.post(f"instances/{instance_id}/fault", fault=fault, **seconds)

    def set_delay(self, instance_id, delay_ms, **seconds):
        self.post(f"instances/{instance_id}/delay", delay_ms=delay_ms, **seconds)

    def relieve(self, instance_id):
        self.post(f"instances/{instance_id}/relieve")

    def add_zone(self, name, **details):
        return self.post("zones", name=name, **details)["id"]

    def aws_fault(self, fault, **details):
        self.post("aws-faults", fault=fault, **details)
