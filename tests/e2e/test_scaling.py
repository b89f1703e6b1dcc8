# SPDX-License-Identifier: Apache-2.0
"""A policy makes a simulated group as large as it must be, and a dry run only says so."""

import pytest

from support.process import wait_for

EARNEST = {"dry_run": False, "cluster_cooldown": "0s", "instance_cooldown": "0s", "keep_percent": 25}


@pytest.fixture
def scaled(watch):
    """scaled({"min": 6}) gives the simulator, and a serving Livesonic that has scored the four
    instances of the group "web" and scales it by that policy."""

    def start(policy):
        fleet, livesonic = watch("web:4:asg", register=False)
        livesonic.settings["clusters"] = [{"name": "web", "kind": "asg", "resource": "web-asg"}]
        livesonic.settings["actions"] = EARNEST
        livesonic.settings["scaling"] = [{"name": "web", "max": 8, **policy}]
        livesonic.write_config()
        livesonic.serve()
        wait_for(lambda: livesonic.show("web")["instances"]["scored"] == 4, "the cluster scored")
        return fleet, livesonic

    return start


def plan(livesonic):
    plans = livesonic.get("/scaling")["plans"]
    return plans[0] if plans else {"wanted": 0, "present": 0}


def living(fleet):
    states = [one["state"] for one in fleet.world()["instances"]]
    return sum(state not in ("terminated", "shutting-down") for state in states)


def test_a_policy_makes_the_group_as_large_as_its_floor(scaled):
    fleet, livesonic = scaled({"min": 6, "dry_run": False})
    wait_for(lambda: living(fleet) == 6, "six instances", seconds=150)
    actions = lambda: livesonic.get("/actions?kind=set_capacity")["actions"]
    wait_for(lambda: any(one["state"] == "done" for one in actions()), "the action done")
    (action,) = actions()
    assert action["by"] == "rule:scaling"
    assert "6 is the least" in action["reason"]


def test_a_dry_run_says_what_it_would_do_and_asks_for_nothing(scaled):
    fleet, livesonic = scaled({"min": 6})
    wait_for(lambda: plan(livesonic)["wanted"] == 6, "six wanted", seconds=150)
    assert plan(livesonic)["present"] == 4
    assert plan(livesonic)["dry_run"] is True
    assert "web" in livesonic.json("scale", "plan")["plans"][0]["cluster"]
    assert livesonic.get("/actions")["actions"] == []
    assert living(fleet) == 4


def test_a_clusters_history_is_replayed_against_its_policy(scaled):
    _, livesonic = scaled({"min": 2})
    points = [
        {"time": 1_700_000_000 + 60 * minute, "score": 90 if minute % 120 < 60 else 55}
        for minute in range(600)
    ]
    csv = "".join(f"{one['time']},web,i-0123456789abcdef0,{one['score']}\n" for one in points)
    file = livesonic.data_dir.parent / "scores.csv"
    file.write_text(csv)
    livesonic.json("history", "import", str(file))
    answer = livesonic.get(
        "/clusters/web/scaling/backtest?from=2023-11-14T22:00:00Z&to=2023-11-15T09:00:00Z"
    )
    assert [one["name"] for one in answer["results"]][0] == "livesonic"
    assert answer["results"][0]["cost_over_clairvoyant"] >= 1
