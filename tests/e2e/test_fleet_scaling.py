# SPDX-License-Identifier: Apache-2.0
"""A policy whose fleet Livesonic launches itself: spot first, from many pools, within its budget, and
each instance launched once and ended once, whatever happens in between."""

import random
import signal

import pytest

from support.aws import REGION, make_client
from support.process import wait_for

ZONES = [f"{REGION}a", f"{REGION}c"]
EARNEST = {
    "dry_run": False,
    "cluster_cooldown": "0s",
    "instance_cooldown": "0s",
    "keep": 0,
    "keep_percent": 0,
    "per_hour": 1000,
    "per_day": 1000,
}
POLICY = {
    "name": "web",
    "through": "fleet",
    "dry_run": False,
    "min": 4,
    "max": 8,
    "warmup": "30s",
    "spot": {"types": ["c6i.large", "m6i.large"], "wait": "1m"},
    "scale_in": {"drain": "0s"},
    "replace": {"at_most": 0},
    "launch": {"template": "web", "zones": ZONES},
}


@pytest.fixture
def fleet_of(watch):
    """fleet_of(min=6) gives the simulator, and a serving Livesonic that scales the cluster "web", a
    classic balancer with one instance of its own, by that policy."""

    def start(actions=None, **changes):
        fleet, livesonic = watch("web:1")
        ec2 = make_client(fleet.url, "ec2", aws_access_key_id="x", aws_secret_access_key="y")
        ec2.create_launch_template(
            LaunchTemplateName="web",
            LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.large"},
        )
        livesonic.settings["actions"] = {**EARNEST, **(actions or {})}
        livesonic.settings["scaling"] = [{**POLICY, **changes}]
        livesonic.write_config()
        livesonic.serve()
        return fleet, livesonic

    return start


def kill(livesonic):
    livesonic.process.signal(signal.SIGKILL)
    livesonic.process.wait()


def plan(livesonic):
    plans = livesonic.get("/scaling")["plans"]
    return plans[0] if plans else {"steps": [], "present": 0, "wanted": 0}


def living(fleet):
    return [
        one
        for one in fleet.world()["instances"]
        if one["state"] not in ("terminated", "shutting-down")
    ]


def ours(fleet):
    return [one for one in living(fleet) if "livesonic:cluster" in one["tags"]]


def in_service(livesonic):
    return livesonic.show("web")["instances"]["in_service"]


def actions(livesonic, kind):
    return livesonic.get(f"/actions?kind={kind}&limit=1000")["actions"]


def test_a_fleet_is_launched_spread_over_pools_and_joins_the_balancer(fleet_of):
    fleet, livesonic = fleet_of(spot={**POLICY["spot"], "pool_share_at_most": "50%"})
    wait_for(lambda: len(living(fleet)) == 4, "four instances")
    wait_for(lambda: set(fleet.members("web-elb")) == {one["id"] for one in living(fleet)}, "joined")
    assert all(one["tags"]["livesonic:cluster"] == "web" for one in ours(fleet))
    launches = actions(livesonic, "launch")
    assert {one["by"] for one in launches} == {"rule:scaling"}
    assert all(one["target"].startswith("spot:") for one in launches)
    assert len({one["target"] for one in launches}) >= 2
    # What was launched is watched without a word of configuration.
    wait_for(lambda: livesonic.show("web")["instances"]["watched"] == 4, "four watched")
    wait_for(lambda: plan(livesonic)["present"] == 4, "the plan to count them", seconds=90)
    shown = plan(livesonic)
    assert {pool["zone"] for pool in shown["pools"]} == set(ZONES)
    assert sum(pool["owned"] for pool in shown["pools"]) >= 3
    assert shown["spent"]["price_now"] > 0


def test_a_dry_run_only_says_what_it_would_buy(fleet_of):
    fleet, livesonic = fleet_of(dry_run=True)
    wait_for(lambda: plan(livesonic)["steps"], "steps")
    assert plan(livesonic)["steps"][0].startswith("buy ")
    assert len(living(fleet)) == 1
    assert livesonic.get("/actions")["actions"] == []
    told = livesonic.run("scale", "plan").stdout
    assert "buy " in told


def test_where_spot_is_short_on_demand_is_bought_after_the_wait(fleet_of):
    fleet, livesonic = fleet_of(dry_run=True)
    fleet.post("shortages", market="spot", left=0)
    kill(livesonic)
    livesonic.settings["scaling"] = [{**POLICY, "spot": {**POLICY["spot"], "wait": "5s"}}]
    livesonic.write_config()
    livesonic.serve()
    wait_for(lambda: len(living(fleet)) == 4, "four instances", seconds=120)

    def any_launch(state, market):
        return any(
            one["state"] == state and one["target"].startswith(market)
            for one in actions(livesonic, "launch")
        )

    wait_for(lambda: any_launch("done", "on-demand:"), "on-demand bought")
    assert any_launch("failed", "spot:")


def test_a_budget_that_is_too_small_is_an_incident_and_keeps_the_floor(fleet_of):
    fleet, livesonic = fleet_of(
        min=2, timetable=[{"at": "* * * * *", "min": 6}], budget={"per_hour": 0.15}
    )
    wait_for(
        lambda: any(one["cause"] == "budget:web" for one in livesonic.incidents()),
        "an incident about the budget",
        seconds=90,
    )
    # The floor goes before the budget.
    wait_for(lambda: len(living(fleet)) == 6, "six instances")


def test_what_aws_takes_back_is_drained_and_replaced_at_once(fleet_of):
    fleet, livesonic = fleet_of()
    wait_for(lambda: len(living(fleet)) == 4, "four instances")
    wait_for(lambda: len(fleet.members("web-elb")) == 4, "four members")
    wait_for(lambda: livesonic.show("web")["instances"]["watched"] == 4, "four watched")
    victim = ours(fleet)[0]["id"]
    fleet.post(f"instances/{victim}/interrupt")
    # Long before the two minutes are over.
    wait_for(lambda: victim not in fleet.members("web-elb"), "the victim drained", seconds=60)
    wait_for(
        lambda: len([one for one in living(fleet) if one["id"] != victim]) == 4,
        "another one in its place",
        seconds=60,
    )
    released = [one for one in actions(livesonic, "release") if victim in one["target"]]
    assert "AWS takes" in released[0]["reason"]


def test_what_belongs_to_nobody_is_ended(fleet_of):
    fleet, livesonic = fleet_of(min=1, max=3)
    ec2 = make_client(fleet.url, "ec2", aws_access_key_id="x", aws_secret_access_key="y")
    tags = [
        {"Key": "livesonic:cluster", "Value": "web"},
        {"Key": "livesonic:launch", "Value": "unknown"},
    ]
    stray = ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )["Instances"][0]["InstanceId"]
    # Looked for at the start, and then every ten minutes.
    wait_for(lambda: livesonic.show("web")["instances"]["watched"] == 1, "the member watched")
    kill(livesonic)
    livesonic.serve()
    wait_for(lambda: stray not in {one["id"] for one in living(fleet)}, "it ended", seconds=90)
    assert len(living(fleet)) == 1


def test_who_was_released_was_scaled_in(fleet_of):
    fleet, livesonic = fleet_of()
    wait_for(lambda: len(living(fleet)) == 4, "four instances")
    wait_for(lambda: livesonic.show("web")["instances"]["watched"] == 4, "four watched")
    victim = ours(fleet)[0]["id"]
    livesonic.post("/clusters/web/actions", kind="release", target=victim, reason="one too many")

    def left():
        member = livesonic.members("web", "--gone")[victim]
        return member if member["gone_at"] else None

    member = wait_for(left, "it to leave", seconds=60)
    assert member["gone_reason"] == "scale_in"
    assert "one too many" in member["gone_detail"]
    assert not [one for one in livesonic.incidents() if one["cause"].startswith("vanished")]


def test_fifty_kills_launch_and_end_nothing_twice(fleet_of):
    fleet, livesonic = fleet_of(max=6)
    chance = random.Random(7)
    seen = 0
    for round_ in range(50):
        # Up and down, so that there is always something under way.
        floor = chance.choice([2, 4, 6])
        kill(livesonic)
        livesonic.settings["scaling"] = [
            {**POLICY, "min": floor, "max": max(floor, 3), "scale_in": {"stable": "0s", "drain": "0s"}}
        ]
        livesonic.write_config()
        livesonic.start()
        wait_for(livesonic.answers, f"start {round_}")
        wait_for(lambda: chance.random() < 0.2, "some moment", pause=0.15)
        there = living(fleet)
        seen = max(seen, len(there))
        assert len(there) <= 7, there
    kill(livesonic)
    livesonic.settings["scaling"] = [{**POLICY, "min": 4, "max": 4}]
    livesonic.write_config()
    livesonic.serve()
    wait_for(lambda: len(living(fleet)) >= 4, "a fleet again", seconds=120)
    assert seen > 2
    launches = {one["id"]: one for one in actions(livesonic, "launch")}
    by_launch = {}
    for one in fleet.world()["instances"]:
        if "livesonic:launch" in one["tags"]:
            by_launch.setdefault(one["tags"]["livesonic:launch"], []).append(one["id"])
    for launch, ids in by_launch.items():
        assert launch in launches, f"{ids} were launched by nobody's order"
        assert len(ids) <= launches[launch]["capacity"], f"{launch} launched {ids}"
    # Nothing was ended twice, nor by anybody without an order.
    ordered = [id for one in actions(livesonic, "release") for id in one["target"].split()
               if one["state"] == "done"]
    assert len(ordered) == len(set(ordered))
    ended = {
        one["id"]
        for one in fleet.world()["instances"]
        if one["state"] in ("terminated", "shutting-down")
    }
    asked = {id for one in actions(livesonic, "release") for id in one["target"].split()}
    assert ended <= asked
