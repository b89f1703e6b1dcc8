# SPDX-License-Identifier: Apache-2.0
"""What Livesonic hands to Prometheus' http_sd: to a real Prometheus where one is installed."""

import json
import re
import shutil

import pytest
import requests

from support.process import free_port, wait_for

LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
TAGS = {"Name": "日本 & \"Co\"", "cost-center:team": "a/b", "empty": ""}


@pytest.fixture
def served(watch):
    """A fleet of two kinds, three hosts each and one with odd tags, and a server that knows them."""
    fleet, livesonic = watch("web:3,shop:3:asg", register=False)
    livesonic.settings["clusters"] = [
        {"name": "web", "elb": "web-elb"},
        {"name": "shop", "kind": "asg", "resource": "shop-asg"},
    ]
    livesonic.write_config()
    fleet.post("load-balancers/web-elb/scale", by=1, tags=TAGS)
    livesonic.serve()

    def counts():
        clusters = livesonic.get("/clusters")["clusters"]
        return {cluster["name"]: cluster["instances"]["watched"] for cluster in clusters}

    wait_for(lambda: counts() == {"web": 4, "shop": 3}, "seven hosts watched")
    return fleet, livesonic


def addresses(fleet, *clusters):
    return {one["address"] for one in fleet.world()["instances"] if one["cluster"] in clusters}


def test_targets_have_the_documented_schema(served):
    fleet, livesonic = served
    answer = livesonic.request("GET", "/sd/prometheus?port=9100")
    # https://prometheus.io/docs/prometheus/latest/http_sd/
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] == "application/json"
    found = {}
    for group in answer.json():
        assert set(group) <= {"targets", "labels"}
        assert all(isinstance(target, str) for target in group["targets"])
        for name, value in group["labels"].items():
            assert LABEL.fullmatch(name)
            assert isinstance(value, str)
        found.update({target: group["labels"] for target in group["targets"]})
    assert set(found) == {f"{address}:9100" for address in addresses(fleet, "web", "shop")}
    (odd,) = [labels for labels in found.values() if "__meta_livesonic_tag_empty" in labels]
    assert odd["__meta_livesonic_instance_name"] == TAGS["Name"]
    assert odd["__meta_livesonic_tag_cost_center_team"] == "a/b"
    groups = {labels["__meta_livesonic_auto_scaling_group"] for labels in found.values()}
    assert groups == {"", "shop-asg"}

    only = livesonic.request("GET", "/sd/prometheus?cluster=shop&port=80").json()
    targets = {target for group in only for target in group["targets"]}
    assert targets == {f"{address}:80" for address in addresses(fleet, "shop")}


def test_a_real_prometheus_takes_the_targets_and_follows_them(served, processes, tmp_path):
    prometheus = shutil.which("prometheus")
    if prometheus is None:
        pytest.skip("needs prometheus")
    fleet, livesonic = served
    config = {
        "scrape_configs": [
            {
                "job_name": "node",
                "http_sd_configs": [
                    {
                        "url": f"{livesonic.url}/api/v1/sd/prometheus?port=9100",
                        "refresh_interval": "1s",
                    }
                ],
                "relabel_configs": [
                    {"source_labels": ["__meta_livesonic_cluster"], "target_label": "cluster"}
                ],
            }
        ]
    }
    file = tmp_path / "prometheus.yml"
    file.write_text(json.dumps(config))  # JSON is YAML
    url = f"http://127.0.0.1:{(port := free_port())}"
    argv = [prometheus, f"--config.file={file}", f"--storage.tsdb.path={tmp_path / 'tsdb'}"]

    def ready():
        try:
            return requests.get(f"{url}/-/ready", timeout=5).ok
        except requests.ConnectionError:
            return False

    processes.start([*argv, f"--web.listen-address=127.0.0.1:{port}"], ready)

    def targets():
        answer = requests.get(f"{url}/api/v1/targets?state=active", timeout=5).json()
        return {
            one["discoveredLabels"]["__address__"]: one["labels"]["cluster"]
            for one in answer["data"]["activeTargets"]
        }

    def truth():
        names = ("web", "shop")
        return {f"{address}:9100": name for name in names for address in addresses(fleet, name)}

    wait_for(lambda: targets() == truth(), "Prometheus having all targets")
    (gone,) = fleet.scale("web-elb", -1)
    address = f"{fleet.instance(gone)['address']}:9100"
    wait_for(lambda: address not in targets(), "the retired host leaving")
    assert len(targets()) == 6
