# SPDX-License-Identifier: Apache-2.0
"""What hosts tell besides the number: the parts of the score, and what AWS has announced to them."""

import os

import pytest

from support.process import wait_for
from support.sshd import SSHD

PATIENCE = 30
STARVED = {"name": "starved", "kind": "score", "part": "memory", "below": 40}
EACH_SECOND = {"poll_interval": "1s"}

real_sshd = pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD), reason="needs to be root, and OpenSSH's server"
)


def suffering(livesonic, cause):
    """The instances that open incidents with that cause have."""
    found = [one for one in livesonic.incidents("open") if one["cause"] == cause]
    return {member["instance"] for one in found for member in one["members"]}


@pytest.mark.parametrize("mode", ["poll", "stream"])
def test_a_rule_looks_at_one_part_of_the_score(watch, mode):
    alerts = {"polls_to_open": 1, "polls_to_close": 1, "boot_grace": "0s", "rules": [STARVED]}
    fleet, livesonic = watch("web:3", alerts=alerts, **EACH_SECOND)
    livesonic.settings["clusters"][0]["mode"] = mode
    livesonic.write_config()
    livesonic.serve()
    wait_for(lambda: livesonic.show("web")["instances"]["scored"] == 3, "the cluster scored")
    busy, starved, _ = sorted(livesonic.members("web"))
    fleet.set_score(busy, 30)
    fleet.set_score(starved, 20, part="memory")
    wait_for(lambda: suffering(livesonic, "starved") == {starved}, "the one that starves", PATIENCE)
    wait_for(lambda: suffering(livesonic, "score") == {busy, starved}, "both that are slow", PATIENCE)

    parts = livesonic.members("web")[starved]["score"]["parts"]
    assert parts == {"cpu": 100, "io": 100, "memory": 20, "danger": 100}
    rule = {one["name"]: one for one in livesonic.json("rules")["rules"]}["starved"]
    assert (rule["part"], rule["below"]) == ("memory", 40)
    assert "memory 40" in livesonic.run("rules").stdout
    fleet.set_score(starved, 30, part="danger")
    wait_for(lambda: not suffering(livesonic, "starved"), "its end", PATIENCE)


def test_a_rule_about_a_part_is_added_by_hand_and_a_wrong_one_refused(watch):
    _, livesonic = watch("web:1", **EACH_SECOND)
    livesonic.serve()
    add = ["rules", "add", "full", "--kind", "score", "--below", "30", "--part"]
    refused = livesonic.run(*add, "gpu")
    assert refused.returncode != 0
    assert "cpu, io, memory and danger" in refused.stderr
    assert livesonic.run(*add, "danger").returncode == 0
    assert livesonic.get("/rules")["rules"][-1]["part"] == "danger"


@pytest.mark.parametrize("mode", ["poll", "stream"])
def test_a_spot_instance_says_itself_that_it_is_taken_back(watch, mode):
    """Without a queue of events, and with polls of the fleet's own pace."""
    fleet, livesonic = watch("web:5", **EACH_SECOND)
    livesonic.settings["clusters"][0]["mode"] = mode
    livesonic.write_config()
    livesonic.serve()
    wait_for(lambda: livesonic.show("web")["instances"]["scored"] == 5, "the cluster scored")
    fleet.post("happen", what="spot_interruption", cluster="web")

    def notices():
        members = livesonic.members("web").values()
        return {one["id"]: one["standing"]["notice"] for one in members if one["standing"]["notice"]}

    (instance, notice), = wait_for(notices, "the notice", PATIENCE).items()
    assert livesonic.members("web")[instance]["lifecycle"] == "spot"
    assert (notice["kind"], notice["action"]) == ("spot_interruption", "terminate")
    assert notice["deadline"] > notice["at"]
    assert f"{instance} says: spot interruption" in livesonic.process.log_text()


@real_sshd
def test_the_real_serverscore_tells_its_parts(make_hosts):
    hosts, livesonic = make_hosts(1)
    hosts.sshd(0)
    livesonic.poll()
    score = livesonic.members("web")[hosts.ids[0]]["score"]
    parts = score["parts"]
    assert all(1 <= parts[part] <= 100 for part in ("cpu", "io", "memory"))
    assert score["score"] <= min(parts.values()) + 1  # each is rounded by itself


@real_sshd
@pytest.mark.parametrize(
    "script",
    ['[ $# -eq 0 ] && echo 55 || { echo "unknown argument" >&2; exit 2; }', 'echo "55 $*"', "echo 55"],
    ids=["refuses", "misunderstands", "ignores"],
)
def test_a_host_whose_serverscore_knows_no_parts_is_asked_for_the_number(make_hosts, tmp_path, script):
    program = tmp_path / "serverscore"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    hosts, livesonic = make_hosts(1, serverscore={"install": False})
    hosts.sshd(0, path=tmp_path)
    livesonic.serve()
    for _ in range(2):
        livesonic.post("/clusters/web/poll")
        score = livesonic.members("web")[hosts.ids[0]]["score"]
        assert (score["outcome"], score["score"], score["parts"]) == ("ok", 55, None)
