# SPDX-License-Identifier: Apache-2.0
"""A policy makes a simulated group as large as its balancer's requests need it, whatever the scores."""

import pytest

from support.process import wait_for

EARNEST = {"dry_run": False, "cluster_cooldown": "0s", "instance_cooldown": "0s", "keep_percent": 25}
HOUR = 3600


@pytest.fixture
def counted(watch):
    """counted({"min": 2}) gives the simulator with the group "web" of four, whose hosts' scores are
    100 all the time and whose balancer gets 200 requests a minute, and a serving Livesonic."""

    def start(policy):
        fleet, livesonic = watch("web:4:asg", register=False)
        for one in fleet.world()["instances"]:
            fleet.set_score(one["id"], 100)
        fleet.post("requests", resource="web-tg", per_minute=200, seconds_ago=HOUR)
        livesonic.settings["clusters"] = [{"name": "web", "kind": "asg", "resource": "web-asg"}]
        livesonic.settings["actions"] = EARNEST
        livesonic.settings["scaling"] = [
            {"name": "web", "max": 8, "requests_per_instance": "100/min", **policy}
        ]
        livesonic.write_config()
        livesonic.serve()
        wait_for(lambda: livesonic.show("web")["instances"]["scored"] == 4, "the cluster scored")
        return fleet, livesonic

    return start


def plan(livesonic):
    plans = livesonic.get("/scaling")["plans"]
    return plans[0] if plans else {"wanted": 0, "present": 0, "requests": None}


def living(fleet):
    states = [one["state"] for one in fleet.world()["instances"]]
    return sum(state not in ("terminated", "shutting-down") for state in states)


def test_requests_that_rise_make_the_group_larger_though_every_score_is_100(counted):
    fleet, livesonic = counted({"min": 2, "dry_run": False})
    wait_for(lambda: plan(livesonic)["requests"], "requests counted", seconds=150)
    told = plan(livesonic)["requests"]
    assert told["per_minute"] == 200
    assert told["per_instance"] == 50
    assert told["target"] == 100
    assert told["source"].startswith("AWS/ApplicationELB RequestCount of targetgroup/web-tg/")
    assert living(fleet) == 4

    fleet.post("requests", resource="web-tg", per_minute=700, seconds_ago=300)
    wait_for(lambda: living(fleet) >= 7, "seven instances", seconds=150)
    action = livesonic.get("/actions?kind=set_capacity")["actions"][-1]
    assert action["by"] == "rule:scaling"
    assert "700 requests in the minute" in action["reason"]
    printed = livesonic.run("scale", "plan").stdout
    assert "700 requests in the minute" in printed
    assert "RequestCount of targetgroup/web-tg/" in printed


def test_a_cloudwatch_that_says_no_freezes_the_group_and_is_told(counted):
    fleet, livesonic = counted({"min": 2, "dry_run": False})
    fleet.aws_fault("deny", service="monitoring", calls=100000)
    wait_for(lambda: "not known" in plan(livesonic).get("reason", ""), "it is told", seconds=200)
    assert plan(livesonic)["frozen"] is True
    assert living(fleet) == 4


def test_both_targets_are_weighed_and_the_larger_wish_wins(counted):
    fleet, livesonic = counted({"min": 2, "target_score": 60})
    for one in fleet.world()["instances"]:
        fleet.set_score(one["id"], 5)
    wait_for(lambda: plan(livesonic)["wanted"] == 8, "the scores decide", seconds=200)
    assert "at a score of 60" in plan(livesonic)["reason"]
    assert "by the requests it would be" in plan(livesonic)["reason"]
