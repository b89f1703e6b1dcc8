# SPDX-License-Identifier: Apache-2.0
"""Actions on a simulated fleet: what is done, what is refused and why, and that nothing is ever
done twice."""

import signal

import pytest

from support.aws import MotoAws, make_client
from support.fleets import add_group
from support.process import wait_for

EARNEST = {"dry_run": False, "cluster_cooldown": "0s", "instance_cooldown": "0s", "keep_percent": 25}


@pytest.fixture
def act(watch):
    """act("web:4:asg", "asg", "web-asg", section=…) gives the simulator, and a serving Livesonic that
    has polled the cluster "web"."""

    def start(clusters="web:4:asg", kind="asg", resource="web-asg", actions=EARNEST, **sections):
        fleet, livesonic = watch(clusters, register=False, **sections)
        livesonic.settings["clusters"] = [{"name": "web", "kind": kind, "resource": resource}]
        livesonic.settings["actions"] = actions
        livesonic.write_config()
        livesonic.serve()
        count = int(clusters.split(":")[1])
        scored = lambda: livesonic.show("web")["instances"]["scored"]
        wait_for(lambda: scored() == count, "the cluster scored")
        return fleet, livesonic

    return start


def ask(livesonic, kind, instance=None, **more):
    """The action as it is decided."""
    body = {"kind": kind, "by": "user:tester", **more}
    if instance:
        body["instance"] = instance
    answer = livesonic.request("POST", "/clusters/web/actions", json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def shown(livesonic, action):
    return livesonic.get(f"/actions/{action['id']}")


def ended(livesonic, action, seconds=60):
    """The action when it is over."""
    over = ("done", "failed", "unknown", "refused", "cancelled", "dry_run")
    wait_for(lambda: shown(livesonic, action)["state"] in over, "the action over", seconds=seconds)
    return shown(livesonic, action)


def kill(livesonic):
    livesonic.process.signal(signal.SIGKILL)
    livesonic.process.wait()


def ids(fleet):
    """Of the living instances."""
    return {
        one["id"]
        for one in fleet.world()["instances"]
        if one["state"] not in ("terminated", "shutting-down")
    }


def boots(fleet, id_):
    return fleet.instance(id_)["boots"]


def test_a_dry_run_shows_what_it_would_do_and_does_nothing(act):
    fleet, livesonic = act(actions={})
    before = ids(fleet)
    victim = sorted(before)[0]
    action = ask(livesonic, "replace", victim)
    assert action["state"] == "dry_run"
    assert f"({victim}) replaced by its Auto Scaling group" in action["deed"]
    assert "dry run" in action["why"]
    assert action["inputs"]["sound"] == "4"
    livesonic.wait_for_rounds("web", 2)
    assert ids(fleet) == before
    listed = livesonic.json("action", "list")["actions"]
    assert [one["id"] for one in listed] == [action["id"]]


def test_in_earnest_an_instance_is_replaced(act):
    fleet, livesonic = act()
    victim = sorted(ids(fleet))[0]
    action = ended(livesonic, ask(livesonic, "replace", victim))
    assert action["state"] == "done", action
    assert victim not in ids(fleet)
    wait_for(lambda: len(ids(fleet)) == 4, "four again")
    assert action["by"] == "user:tester"
    metrics = livesonic.session.get(f"{livesonic.url}/metrics", timeout=20).text
    assert 'livesonic_actions_total{kind="replace",state="done"} 1' in metrics


def test_a_person_acts_by_the_command_line_and_the_balancer_obeys(act):
    fleet, livesonic = act("web:4", "elb", "web-elb")
    victim = fleet.members("web-elb")[0]
    preview = livesonic.json("action", "do", "web", "deregister", "--instance", victim, "--preview")
    assert preview["state"] == "approved"
    assert victim in fleet.members("web-elb")
    action = livesonic.json("action", "do", "web", "deregister", "--instance", victim)
    assert ended(livesonic, action)["state"] == "done"
    assert victim not in fleet.members("web-elb")
    assert action["by"].startswith("user:")
    text = livesonic.run("action", "show", action["id"]).stdout
    assert "deregistered" in text
    assert "sound_after" in text
    # What belongs to nobody here is left alone.
    refused = livesonic.json("action", "do", "web", "reboot", "--instance", "i-0123", status=1)
    assert refused["rule"] == "ownership"


def test_without_a_server_the_command_does_it_itself(act):
    fleet, livesonic = act("web:4", "elb", "web-elb")
    livesonic.process.stop()
    victim = fleet.members("web-elb")[0]
    action = livesonic.json("action", "do", "web", "deregister", "--instance", victim)
    assert action["state"] == "done", action
    assert victim not in fleet.members("web-elb")


def test_the_floor_is_respected(act):
    fleet, livesonic = act("web:3", "elb", "web-elb", actions={**EARNEST, "keep": 2})
    first, second, _ = fleet.members("web-elb")
    assert ended(livesonic, ask(livesonic, "deregister", first))["state"] == "done"
    action = ask(livesonic, "deregister", second)
    assert (action["state"], action["rule"]) == ("refused", "floor")
    assert second in fleet.members("web-elb")


def test_a_protected_instance_is_left_alone(act):
    fleet, livesonic = act("web:3", "elb", "web-elb")
    victim = fleet.members("web-elb")[0]
    make_client(fleet.url, "ec2").create_tags(
        Resources=[victim], Tags=[{"Key": "livesonic:protect", "Value": ""}]
    )
    assert ask(livesonic, "reboot", victim)["rule"] == "protection"
    assert boots(fleet, victim) == 1


def test_when_all_suffer_the_breaker_refuses_and_an_incident_says_so(act):
    fleet, livesonic = act(actions={**EARNEST, "keep": 0, "keep_percent": 0})
    for id_ in ids(fleet):
        fleet.set_score(id_, 5)

    def suffering():
        members = livesonic.show("web")["members"]
        return all(one["score"]["score"] == 5 for one in members)

    wait_for(suffering, "all suffering")
    victim = sorted(ids(fleet))[0]
    action = ask(livesonic, "reboot", victim)
    assert (action["state"], action["rule"]) == ("refused", "breaker")
    causes = [one["cause"] for one in livesonic.incidents("open")]
    assert "breaker:web" in causes
    # A person may know better.
    action = ended(livesonic, ask(livesonic, "reboot", victim, override_breaker=True))
    assert action["state"] == "done", action
    for id_ in ids(fleet):
        fleet.relieve(id_)
    wait_for(
        lambda: "breaker:web" not in [one["cause"] for one in livesonic.incidents("open")],
        "the breaker's incident closed",
        seconds=60,
    )


def test_a_person_approves(act):
    fleet, livesonic = act("web:3", "elb", "web-elb", actions={**EARNEST, "approve": ["reboot"]})
    first, second, _ = fleet.members("web-elb")
    waiting = ask(livesonic, "reboot", first)
    assert waiting["state"] == "awaiting_approval"
    assert boots(fleet, first) == 1
    livesonic.json("action", "approve", waiting["id"])
    action = ended(livesonic, waiting)
    assert (action["state"], action["result"]) == ("done", "rebooted")
    assert boots(fleet, first) == 2
    rejected = ask(livesonic, "reboot", second)
    livesonic.json("action", "reject", rejected["id"], "--reason", "no")
    assert shown(livesonic, rejected)["state"] == "rejected"
    assert boots(fleet, second) == 1


def test_the_stop_switch_survives_a_restart(act):
    fleet, livesonic = act("web:3", "elb", "web-elb")
    victim = fleet.members("web-elb")[0]
    livesonic.json("action", "stop-all", "--reason", "maintenance")
    kill(livesonic)
    livesonic.serve()
    action = ask(livesonic, "reboot", victim)
    assert (action["state"], action["rule"]) == ("refused", "stopped")
    assert "maintenance" in action["why"]
    livesonic.json("action", "resume")
    assert ended(livesonic, ask(livesonic, "reboot", victim))["state"] == "done"
    assert boots(fleet, victim) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_in_the_middle_of_an_action_it_is_done_exactly_once(act, when):
    fleet, livesonic = act("web:4", "elb", "web-elb")
    victim = fleet.members("web-elb")[0]
    operation = "DeregisterInstancesFromLoadBalancer"
    if when == "before":
        # AWS does not even hear of it until long after.
        fleet.aws_fault("server_error", operation=operation, calls=1000)
    else:
        # It is done, and what AWS answers about it comes too late.
        fleet.aws_fault("hang", operation="DescribeInstanceHealth", calls=1000, seconds=3600)
    action = ask(livesonic, "deregister", victim)
    wait_for(lambda: shown(livesonic, action)["state"] == "executing", "the intent")
    if when == "after":
        wait_for(lambda: victim not in fleet.members("web-elb"), "the deed")
    kill(livesonic)
    fleet.delete("aws-faults")
    livesonic.serve()
    action = ended(livesonic, action)
    assert action["state"] == "done", action
    assert action["reconciled"]
    assert victim not in fleet.members("web-elb")
    if when == "after":
        assert "found after a restart" in action["result"]


def test_a_reboot_that_was_begun_is_not_repeated_after_a_kill(act):
    fleet, livesonic = act("web:4", "elb", "web-elb")
    victim = fleet.members("web-elb")[0]
    # The answer to the reboot never comes.
    fleet.aws_fault("hang", operation="RebootInstances", calls=1, seconds=3600)
    action = ask(livesonic, "reboot", victim)
    wait_for(lambda: shown(livesonic, action)["state"] == "executing", "the intent")
    kill(livesonic)
    fleet.delete("aws-faults")
    count = boots(fleet, victim)
    livesonic.serve()
    livesonic.wait_for_rounds("web", 3)
    assert boots(fleet, victim) == count
    assert shown(livesonic, action)["state"] in ("executing", "done", "failed", "unknown")
    # While nobody knows, nothing else is done to it.
    if shown(livesonic, action)["state"] == "executing":
        assert ask(livesonic, "reboot", victim)["rule"] == "busy"


def test_a_missing_permission_is_named(act):
    fleet, livesonic = act()
    victim = sorted(ids(fleet))[0]
    fleet.aws_fault("deny", operation="SetDesiredCapacity", calls=100)
    action = ended(livesonic, ask(livesonic, "replace", victim))
    assert action["state"] == "failed"
    assert "the role may not autoscaling:SetDesiredCapacity" in action["result"]
    assert victim in ids(fleet)


def test_commands_of_the_configuration_and_no_others_are_run(act):
    actions = {
        **EARNEST,
        "commands": [
            {"name": "greet", "command": "echo hello"},
            {"name": "broken", "command": "exit 3"},
        ],
    }
    fleet, livesonic = act("web:2", "elb", "web-elb", actions=actions)
    host = fleet.members("web-elb")[0]
    action = ended(livesonic, ask(livesonic, "run", host, target="greet"))
    assert (action["state"], action["output"]) == ("done", "hello\n")
    action = ended(livesonic, ask(livesonic, "run", host, target="broken"))
    assert (action["state"], action["result"]) == ("failed", "it ended with exit status 3")
    answer = livesonic.request(
        "POST",
        "/clusters/web/actions",
        json={"kind": "run", "instance": host, "target": "rm -rf /"},
    )
    assert answer.status_code == 400
    diagnosed = ended(livesonic, ask(livesonic, "diagnose", host))
    assert diagnosed["state"] == "done", diagnosed
    assert "load average" in diagnosed["output"]


def test_what_is_said_to_others_arrives(act, webhook):
    topic = "arn:aws:sns:ap-northeast-1:123456789012:ops"
    actions = {
        **EARNEST,
        "webhooks": [{"name": "ops", "url": webhook.url}],
        "topics": [{"name": "ops", "arn": topic}],
    }
    fleet, livesonic = act("web:2", "elb", "web-elb", actions=actions)
    make_client(fleet.url, "sns").create_topic(Name="ops")
    action = ended(livesonic, ask(livesonic, "webhook", target="ops", text="hello"))
    assert action["state"] == "done", action
    action = ended(livesonic, ask(livesonic, "publish", target="ops", text="hello"))
    assert action["state"] == "done", action


def test_ecs_services_are_deployed_anew_and_sized(act):
    fleet, livesonic = act("web:2:ecs", "ecs_service", "web/web", actions={**EARNEST, "keep": 1})
    deployments = lambda: fleet.world()["ecs_clusters"][0]
    action = ended(livesonic, ask(livesonic, "deploy"))
    assert action["state"] == "done", action
    assert deployments()
    action = ended(livesonic, ask(livesonic, "set_capacity", capacity=6))
    assert action["state"] == "done", action
    assert action["result"] == "6 are wanted now"


def test_stopped_and_started_and_put_on_standby(act):
    fleet, livesonic = act("web:4", "elb", "web-elb", actions={**EARNEST, "keep": 1})
    host = fleet.members("web-elb")[0]
    assert ended(livesonic, ask(livesonic, "stop", host))["state"] == "done"
    assert fleet.instance(host)["state"] == "stopped"


def test_an_instance_goes_on_standby_and_comes_back(act):
    fleet, livesonic = act()
    host = sorted(ids(fleet))[0]
    action = ended(livesonic, ask(livesonic, "enter_standby", host))
    assert action["state"] == "done", action
    action = ended(livesonic, ask(livesonic, "exit_standby", host))
    assert action["state"] == "done", action


def test_the_policy_has_what_the_configuration_needs(act):
    fleet, livesonic = act("web:2", "elb", "web-elb", actions={})
    policy = livesonic.run("iam-policy").stdout
    assert "ec2:DescribeInstances" in policy
    assert "RebootInstances" not in policy
    livesonic.settings["actions"] = {**EARNEST, "kinds": ["reboot"]}
    livesonic.write_config()
    policy = livesonic.run("iam-policy").stdout
    assert "ec2:RebootInstances" in policy
    assert "TerminateInstances" not in policy


@pytest.fixture
def over_moto(moto, make_livesonic):
    """over_moto("elb", "web-elb") gives a Livesonic that acts on a cluster "web" of moto's. Hosts are
    not asked: there are none."""

    def start(kind, resource):
        return make_livesonic(
            moto.url,
            22,
            ssh={"enabled": False},
            clusters=[{"name": "web", "kind": kind, "resource": resource}],
            actions={**EARNEST, "per_hour": 100},
        )

    return start


def test_moto_obeys_too(moto, over_moto):
    aws = MotoAws(moto)
    victim, *_ = aws.add_load_balancer("web-elb", 4)
    livesonic = over_moto("elb", "web-elb")
    livesonic.poll()

    def act(kind, status=0):
        return livesonic.json("action", "do", "web", kind, "--instance", victim, status=status)

    def registered():
        (balancer,) = aws.client("elb").describe_load_balancers()["LoadBalancerDescriptions"]
        return [one["InstanceId"] for one in balancer["Instances"]]

    def state():
        found = aws.client("ec2").describe_instances(InstanceIds=[victim])
        return found["Reservations"][0]["Instances"][0]["State"]["Name"]

    assert act("reboot")["state"] == "done"
    assert act("deregister")["state"] == "done"
    assert victim not in registered()
    assert act("register")["state"] == "done"
    assert victim in registered()
    livesonic.poll()
    assert act("stop")["state"] == "done"
    assert state() == "stopped"
    assert act("start")["state"] == "done"
    assert state() == "running"


def test_motos_groups_obey_too(moto, over_moto):
    aws = MotoAws(moto)
    first, *_ = add_group(aws, "web-asg", 4)
    livesonic = over_moto("asg", "web-asg")
    livesonic.poll()

    def group():
        (found,) = aws.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
        return found

    done = livesonic.json("action", "do", "web", "replace", "--instance", first)
    assert done["state"] == "done", done
    assert first not in [one["InstanceId"] for one in group()["Instances"]]
    assert group()["DesiredCapacity"] == 4
    livesonic.poll()
    done = livesonic.json("action", "do", "web", "set_capacity", "--capacity", "6")
    assert done["state"] == "done", done
    assert group()["DesiredCapacity"] == 6
