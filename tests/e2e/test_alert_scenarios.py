# SPDX-License-Identifier: Apache-2.0
"""What befalls fleets, from its beginning to its end: what people are told of it, and what is done.
Each is gone through undisturbed, and with a kill -9 of the server in its middle."""

import signal
import threading

import pytest

from support.aws import make_client
from support.livesonic import when
from support.process import wait_for

PATIENCE = 80
# One poll may well meet a host that is being ended; the next one knows why it is gone.
SOON = {"polls_to_open": 2, "polls_to_close": 1}
# For tests, which are over in a minute.
EARNEST = {"dry_run": False, "cluster_cooldown": "0s", "instance_cooldown": "0s", "per_hour": 100}
KINDS = {
    "elb": ("", "elb", "{}-elb"),
    "asg": (":asg", "asg", "{}-asg"),
    "front": (":asg", "target_group", "{}-tg"),  # of a group
    "ecs": (":ecs", "ecs_service", "{0}/{0}"),
}
CUT = "close_mid_command"  # our conversation with the host breaks, and its balancer finds it well


@pytest.fixture(params=["undisturbed", "killed"])
def disturb(request):
    """disturb(livesonic) stands in the middle of a scenario: the server is killed there, and started
    again, or it is not."""

    def do(livesonic):
        if request.param == "killed":
            livesonic.process.signal(signal.SIGKILL)
            livesonic.process.wait()
            livesonic.serve()

    return do


@pytest.fixture
def fleet_of(watch, webhook):
    """fleet_of("elb", web=3, section=…) gives the simulator, and a serving Livesonic that has scored
    these clusters and tells the webhook."""

    def start(kind, flags=(), alerts=None, clusters=None, **sections):
        suffix, name, resource = KINDS[kind]
        words = ",".join(f"{cluster}:{count}{suffix}" for cluster, count in clusters.items())
        fleet, livesonic = watch(
            words,
            flags,
            alerts={**SOON, **(alerts or {})},
            notify=[{"type": "webhook", "name": "ops", "url": webhook.url}],
            register=False,
            **sections,
        )
        livesonic.settings["clusters"] = [
            {"name": cluster, "kind": name, "resource": resource.format(cluster)}
            for cluster in clusters
        ]
        livesonic.write_config()
        livesonic.serve()
        for cluster, count in clusters.items():
            scored = lambda: livesonic.show(cluster)["instances"]["scored"]
            wait_for(lambda: scored() >= count, f"{cluster} scored", PATIENCE, pause=0.2)
        return fleet, livesonic

    return start


def alive(fleet, cluster):
    """The cluster's instances that run or will, by their ids."""
    over = ("shutting-down", "terminated")
    instances = [one for one in fleet.world()["instances"] if one["cluster"] == cluster]
    return {one["id"]: one for one in instances if one["state"] not in over}


def told(webhook):
    """(cluster, cause, kind) of each message, in the order of its coming. One that was accepted just
    before a kill comes again, with the same id."""
    messages = {one["delivery_id"]: one for one in webhook.accepted()}
    return [
        (one["incident"]["cluster"], one["incident"]["cause"], one["kind"])
        for one in messages.values()
    ]


def kinds(webhook):
    return [kind for _, _, kind in told(webhook)]


def actions(livesonic, cluster):
    """The oldest first."""
    return list(reversed(livesonic.get(f"/actions?cluster={cluster}")["actions"]))


@pytest.mark.parametrize("kind", ["elb", "asg", "ecs"])
def test_a_deploy_that_replaces_every_instance_pages_nobody(fleet_of, webhook, disturb, kind):
    rules = [
        {"name": "half-gone", "kind": "capacity", "below": 40, "for": "1s"},
        {"name": "slow", "kind": "cluster_mean", "below": 40},
    ]
    fleet, livesonic = fleet_of(
        kind,
        ("--pending", "1s", "--registering", "1s", "--draining", "1s", "--health-check", "1s"),
        alerts={"rules": rules},
        clusters={"web": 6},
    )

    def members():
        """Of an ECS service the hosts stay, and the tasks are others."""
        if kind != "ecs":
            return set(alive(fleet, "web"))
        (cluster,) = fleet.world()["ecs_clusters"]
        return {task["id"] for task in cluster["tasks"] if task["status"] == "RUNNING"}

    old = members()
    fleet.post("happen", what="deploy", cluster="web")
    wait_for(lambda: members() - old, "the first of the new ones", PATIENCE, pause=0.1)
    disturb(livesonic)
    wait_for(lambda: not old & members(), "all of them replaced", PATIENCE, pause=0.2)
    wait_for(lambda: not old & set(livesonic.members("web")), "the old ones retired", PATIENCE)
    wait_for(
        lambda: livesonic.show("web")["instances"]["scored"] >= 6, "the new ones scored", PATIENCE
    )
    livesonic.wait_for_looks("web", 3)
    assert livesonic.incidents() == []
    assert webhook.attempts() == []


def test_a_zone_that_fails_is_one_page_for_each_cluster(fleet_of, webhook, disturb):
    fleet, livesonic = fleet_of("elb", clusters={"web": 6, "api": 5})
    # Four of those of web and one of those of api are enough: never the whole fleet.
    zone_of = {id_: one["availability_zone"] for id_, one in alive(fleet, "web").items()}
    zone_of |= {id_: one["availability_zone"] for id_, one in alive(fleet, "api").items()}
    zones = sorted(set(zone_of.values()))
    victims = [id_ for id_, zone in zone_of.items() if zone == zones[0]]
    assert len(victims) > 2
    assert len(victims) < len(zone_of)
    for victim in victims:
        fleet.set_fault(victim, "refuse_connections")
        fleet.post(f"instances/{victim}/impair")
    expected = {("web", "unreachable", "opening"), ("api", "unreachable", "opening")}
    wait_for(lambda: expected <= set(told(webhook)), "the openings", PATIENCE)
    disturb(livesonic)
    open_ = lambda: {one["cluster"]: one for one in livesonic.incidents("open")}
    suffering = lambda: sum(len(one["members"]) for one in open_().values())
    wait_for(lambda: suffering() == len(victims), "all of them in the incidents", PATIENCE)
    for cluster in ("web", "api"):
        livesonic.wait_for_looks(cluster, 3)
    for victim in victims:
        fleet.relieve(victim)
        fleet.post(f"instances/{victim}/mend")
    wait_for(lambda: not livesonic.incidents("open"), "both over", PATIENCE, pause=0.2)
    wait_for(lambda: len(told(webhook)) >= 4, "the closings", PATIENCE)
    for cluster in ("web", "api"):
        livesonic.wait_for_looks(cluster, 3)
        heard = [kind for where, _, kind in told(webhook) if where == cluster]
        assert [one for one in heard if one != "update"] == ["opening", "closing"], told(webhook)
    assert {cause for _, cause, _ in told(webhook)} == {"unreachable"}


@pytest.mark.parametrize("moment", ["dark", "told"])
def test_a_monitor_that_is_cut_off_tells_of_itself_alone(fleet_of, webhook, disturb, moment):
    clusters = {"web": 3, "api": 3, "db": 3}
    fleet, livesonic = fleet_of("elb", clusters=clusters)
    hosts = [id_ for cluster in clusters for id_ in alive(fleet, cluster)]
    for host in hosts:
        fleet.set_fault(host, CUT)
    if moment == "dark":  # before anybody was told
        disturb(livesonic)
    wait_for(webhook.accepted, "an opening", PATIENCE)
    if moment == "told":
        disturb(livesonic)
    for cluster in clusters:
        livesonic.wait_for_looks(cluster, 4)
    assert told(webhook) == [("", "monitor", "opening")]
    for host in hosts:
        fleet.relieve(host)
    wait_for(lambda: kinds(webhook) == ["opening", "closing"], "its closing", PATIENCE)
    for cluster in clusters:
        livesonic.wait_for_looks(cluster, 3)
    assert told(webhook) == [("", "monitor", "opening"), ("", "monitor", "closing")]
    assert [one["cause"] for one in livesonic.incidents()] == ["monitor"]


def test_a_bad_release_is_one_page_and_is_rolled_back_once_a_person_agrees(
    fleet_of, webhook, disturb, make_webhook
):
    pipeline = make_webhook()  # whose work the roll-back is
    rule = {
        "name": "bad-release",
        "kind": "cluster_mean",
        "below": 40,
        "for": "2s",
        "actions": [{"kind": "webhook", "target": "roll-back"}],
    }
    fleet, livesonic = fleet_of(
        "ecs",
        ("--draining", "1s"),
        alerts={"score_below": 0, "rules": [rule]},
        actions={
            **EARNEST,
            "approve": ["webhook"],
            "webhooks": [{"name": "roll-back", "url": pipeline.url}],
        },
        clusters={"web": 3},
    )
    ecs = make_client(fleet.url, "ecs")
    service = lambda: ecs.describe_services(cluster="web", services=["web"])["services"][0]
    good = service()["taskDefinition"]
    fleet.post("happen", what="deploy", cluster="web")
    assert service()["taskDefinition"] != good
    for host in alive(fleet, "web"):
        fleet.set_score(host, 12)
    wait_for(webhook.accepted, "the page", PATIENCE)

    def waiting():
        return [one for one in actions(livesonic, "web") if one["state"] == "awaiting_approval"]

    (asked,) = wait_for(waiting, "the question", PATIENCE)
    disturb(livesonic)
    livesonic.wait_for_looks("web", 3)
    assert pipeline.attempts() == [], "nobody has agreed"
    assert [one["id"] for one in waiting()] == [asked["id"]], "it is asked once"
    livesonic.json("action", "approve", asked["id"])
    (call,) = wait_for(pipeline.attempts, "the roll-back", PATIENCE)
    assert call.headers["Idempotency-Key"] == asked["id"]
    ecs.update_service(cluster="web", service="web", taskDefinition=good)
    for host in alive(fleet, "web"):
        fleet.relieve(host)
    wait_for(lambda: kinds(webhook)[-1] == "closing", "its closing", PATIENCE)
    livesonic.wait_for_looks("web", 3)
    assert told(webhook) == [("web", "bad-release", "opening"), ("web", "bad-release", "closing")]
    (action,) = actions(livesonic, "web")
    assert (action["state"], action["by"]) == ("done", "rule:bad-release")
    assert len(pipeline.attempts()) == 1


def versions(fleet, kind):
    """Of the launch template, or the task definition: what each one that serves was made from."""
    if kind == "ecs":
        ecs = make_client(fleet.url, "ecs")
        arns = ecs.list_tasks(cluster="web", serviceName="web")["taskArns"]
        tasks = ecs.describe_tasks(cluster="web", tasks=arns)["tasks"] if arns else []
        running = [one for one in tasks if one["lastStatus"] == "RUNNING"]
        return [one["taskDefinitionArn"].rsplit(":", 1)[1] for one in running]
    (group,) = group_of(fleet, "describe_auto_scaling_groups")["AutoScalingGroups"]
    serving = [one for one in group["Instances"] if one["LifecycleState"] == "InService"]
    return [one["LaunchTemplate"]["Version"] for one in serving]


def group_of(fleet, operation, **parameters):
    name = "AutoScalingGroupName"
    asked = {f"{name}s": ["web-asg"]} if operation.startswith("describe") else {name: "web-asg"}
    return getattr(make_client(fleet.url, "autoscaling"), operation)(**asked, **parameters)


BAD_RELEASE = {
    "name": "bad-release",
    "kind": "cluster_mean",
    "below": 40,
    "for": "2s",
    "actions": [{"kind": "roll_back"}],
}
QUICK = ("--pending", "1s", "--registering", "1s", "--draining", "1s", "--health-check", "1s")


def approved_roll_back(livesonic, webhook, disturb):
    """Approves the one roll-back that the rule asks for; the server is killed, or not, while it is
    being done."""
    wait_for(webhook.accepted, "the page", PATIENCE)

    def waiting():
        return [one for one in actions(livesonic, "web") if one["state"] == "awaiting_approval"]

    (asked,) = wait_for(waiting, "the question", PATIENCE)
    livesonic.wait_for_looks("web", 2)
    assert [one["id"] for one in waiting()] == [asked["id"]], "it is asked once"
    livesonic.json("action", "approve", asked["id"])
    disturb(livesonic)
    over = lambda: livesonic.get(f"/actions/{asked['id']}")["state"] == "done"
    wait_for(over, "the roll-back being done", PATIENCE)
    return livesonic.get(f"/actions/{asked['id']}")


@pytest.mark.parametrize("kind", ["asg", "ecs"])
def test_a_bad_release_is_one_page_and_with_approval_it_is_rolled_back(
    fleet_of, webhook, disturb, kind
):
    fleet, livesonic = fleet_of(
        kind,
        QUICK,
        alerts={"score_below": 0, "unreachable": False, "rules": [BAD_RELEASE]},
        actions={**EARNEST, "approve": ["roll_back"]},
        clusters={"web": 3},
    )
    many = len(versions(fleet, kind))
    assert versions(fleet, kind) == ["1"] * many
    fleet.post("happen", what="deploy", cluster="web")
    new = lambda: versions(fleet, kind) == ["2"] * many and set(alive(fleet, "web"))
    bad = wait_for(new, "the release", PATIENCE)
    if kind == "asg":
        refreshes = lambda: group_of_refreshes(fleet)
        wait_for(lambda: refreshes()[0]["Status"] == "Successful", "the end of it", PATIENCE)
    for host in bad:
        fleet.set_score(host, 12)
    action = approved_roll_back(livesonic, webhook, disturb)
    assert action["by"] == "rule:bad-release"
    assert action["target"].endswith(":1")
    assert "back from" in action["deed"]
    old = lambda: versions(fleet, kind) == ["1"] * many
    wait_for(old, "the old release serving again", PATIENCE)
    if kind == "ecs":  # whose hosts stay
        for host in bad:
            fleet.relieve(host)
    wait_for(lambda: kinds(webhook)[-1] == "closing", "its closing", PATIENCE)
    livesonic.wait_for_looks("web", 3)
    assert told(webhook) == [("web", "bad-release", "opening"), ("web", "bad-release", "closing")]
    assert len(actions(livesonic, "web")) == 1
    if kind == "asg":
        (group,) = group_of(fleet, "describe_auto_scaling_groups")["AutoScalingGroups"]
        assert group["LaunchTemplate"]["Version"] == "1", "it launches from it again"
        assert len(refreshes()) == 2


def group_of_refreshes(fleet):
    client = make_client(fleet.url, "autoscaling")
    return client.describe_instance_refreshes(AutoScalingGroupName="web-asg")["InstanceRefreshes"]


def test_a_bad_release_that_is_still_coming_is_undone(fleet_of, webhook, disturb):
    fleet, livesonic = fleet_of(
        "asg",
        QUICK,
        alerts={"score_below": 0, "unreachable": False, "rules": [BAD_RELEASE]},
        actions={**EARNEST, "approve": ["roll_back"]},
        clusters={"web": 4},
    )
    (group,) = group_of(fleet, "describe_auto_scaling_groups")["AutoScalingGroups"]
    template = {"LaunchTemplateId": group["LaunchTemplate"]["LaunchTemplateId"]}
    group_of(fleet, "update_auto_scaling_group", LaunchTemplate={**template, "Version": "1"})
    make_client(fleet.url, "ec2").create_launch_template_version(
        **template, LaunchTemplateData={"ImageId": "ami-0123456789abcdef0"}
    )
    group_of(
        fleet,
        "start_instance_refresh",
        DesiredConfiguration={"LaunchTemplate": {**template, "Version": "2"}},
        Preferences={"MinHealthyPercentage": 75},  # one after another
    )
    wait_for(lambda: "2" in versions(fleet, "asg"), "the first of the release", PATIENCE, pause=0.1)
    group_of(fleet, "suspend_processes", ScalingProcesses=["Launch"])  # it gets no further
    for host in alive(fleet, "web"):
        fleet.set_score(host, 12)
    action = approved_roll_back(livesonic, webhook, disturb)
    assert "is being rolled back" in action["result"]
    group_of(fleet, "resume_processes", ScalingProcesses=["Launch"])
    wait_for(lambda: versions(fleet, "asg") == ["1"] * 4, "the old release alone", PATIENCE)
    over = lambda: group_of_refreshes(fleet)[0]["Status"] == "RollbackSuccessful"
    wait_for(over, "the end of the roll-back", PATIENCE)
    for host in alive(fleet, "web"):
        fleet.relieve(host)
    wait_for(lambda: kinds(webhook)[-1] == "closing", "its closing", PATIENCE)
    assert told(webhook) == [("web", "bad-release", "opening"), ("web", "bad-release", "closing")]
    assert len(group_of_refreshes(fleet)) == 1


class Witness(threading.Thread):
    """Looks on while a group is changed: how many were in service at the least."""

    def __init__(self, fleet, cluster):
        super().__init__(daemon=True)
        self._fleet, self._cluster = fleet, cluster
        self._over = threading.Event()
        self.fewest = len(alive(fleet, cluster))

    def run(self):
        while not self._over.wait(0.05):
            instances = alive(self._fleet, self._cluster).values()
            self.fewest = min(self.fewest, sum(one["in_service"] for one in instances))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self.join()


def test_a_host_that_leaks_is_looked_into_and_replaced_above_the_floor(fleet_of, webhook, disturb):
    rule = {
        "name": "score",
        "kind": "score",
        "below": 20,
        "for": "1s",
        "actions": [{"kind": "diagnose"}, {"kind": "replace"}],
    }
    fleet, livesonic = fleet_of(
        "front",
        ("--pending", "1s", "--registering", "1s"),
        alerts={"rules": [rule]},
        actions={**EARNEST, "keep": 3},
        clusters={"web": 4},
    )
    before = set(alive(fleet, "web"))
    victim = sorted(before)[0]
    with Witness(fleet, "web") as witness:
        for score in (70, 45, 30):
            fleet.set_score(victim, score)
            livesonic.wait_for_rounds("web", 1)
        assert actions(livesonic, "web") == [], "it is bad, and not yet so bad"
        fleet.set_score(victim, 8)
        replacing = lambda: [one for one in actions(livesonic, "web") if one["kind"] == "replace"]
        wait_for(replacing, "the replacement", PATIENCE)
        disturb(livesonic)
        wait_for(lambda: victim not in alive(fleet, "web"), "it gone", PATIENCE, pause=0.2)
        wait_for(lambda: len(alive(fleet, "web")) == 4, "four again", PATIENCE, pause=0.2)
        over = lambda: all(one["state"] == "done" for one in actions(livesonic, "web"))
        wait_for(over, "both actions done", PATIENCE, pause=0.2)
        wait_for(lambda: kinds(webhook)[-1:] == ["closing"], "its closing", PATIENCE)
        livesonic.wait_for_looks("web", 3)
    assert [(one["kind"], one["instance"]) for one in actions(livesonic, "web")] == [
        ("diagnose", victim),
        ("replace", victim),
    ]
    assert len(set(alive(fleet, "web")) - before) == 1, "one took its place, and no second one"
    assert witness.fewest >= 3
    assert told(webhook) == [("web", "score", "opening"), ("web", "score", "closing")]
    diagnosis, replacement = actions(livesonic, "web")
    assert when(diagnosis["finished_at"]) <= when(replacement["requested_at"])


def test_when_all_hosts_are_bad_none_is_replaced(fleet_of, webhook, disturb):
    rule = {
        "name": "score",
        "kind": "score",
        "below": 20,
        "for": "2s",
        "actions": [{"kind": "replace"}],
    }
    fleet, livesonic = fleet_of(
        "asg",
        alerts={"rules": [rule]},
        actions={**EARNEST, "keep": 0, "keep_percent": 0},
        clusters={"web": 5},
    )
    before = alive(fleet, "web")
    for host in before:
        fleet.set_score(host, 5)
    expected = {("web", "score", "opening"), ("", "breaker:web", "opening")}
    wait_for(lambda: len(told(webhook)) >= 2, "both openings", PATIENCE)
    disturb(livesonic)
    asked = lambda: {one["instance"] for one in actions(livesonic, "web")}
    wait_for(lambda: asked() == set(before), "an answer about each", PATIENCE, pause=0.2)
    livesonic.wait_for_looks("web", 4)
    assert set(told(webhook)) == expected
    assert {(one["state"], one["rule"]) for one in actions(livesonic, "web")} == {
        ("refused", "breaker")
    }
    assert set(alive(fleet, "web")) == set(before)
    for host in before:
        fleet.relieve(host)
    wait_for(lambda: len(told(webhook)) >= 4, "both closings", PATIENCE)
    livesonic.wait_for_looks("web", 3)
    assert sorted(told(webhook)) == sorted(
        [(where, cause, kind) for where, cause, _ in expected for kind in ("opening", "closing")]
    )
    assert set(alive(fleet, "web")) == set(before)
