# SPDX-License-Identifier: Apache-2.0
"""Every kind of cluster from AWS to SSH, in the simulated account: who is there, what is said of
them, and how far apart what is wanted, what is there and what answers are."""

import pytest

from support.aws import make_client
from support.process import wait_for

QUICK = ("--speed", "60")  # the world's minutes last a second

# What there is, the kind and the resource, and how many members.
KINDS = {
    "elb": ("web:3", "web-elb", 3),
    "alb": ("web:3:alb", "web-alb", 3),
    "nlb": ("web:3:nlb", "web-nlb", 3),
    "target_group": ("web:3:alb", "web-tg", 3),
    "asg": ("web:3:asg", "web-asg", 3),
    "ecs_service": ("web:2:ecs", "web/web", 2),
    "tag": ("web:3,api:1", "Role=web, Environment=prod*", 3),
    "static": ("web:3", None, 3),
}
# How each says that a member is well.
WELL = {"alb": "healthy", "nlb": "healthy", "target_group": "healthy", "ecs_service": "RUNNING"}


@pytest.fixture
def see(watch):
    """see("web:3", kind, resource) gives the simulator, and a Livesonic with this cluster "web"."""

    def start(clusters, kind, resource, **more):
        fleet, livesonic = watch(clusters, QUICK, register=False)
        resource = resource or ", ".join(one["address"] for one in fleet.world()["instances"])
        livesonic.settings["clusters"] = [
            {"name": "web", "kind": kind, "resource": resource, **more}
        ]
        livesonic.write_config()
        return fleet, livesonic

    return start


def drift(livesonic, cluster="web"):
    found = livesonic.show(cluster)["drift"]
    return tuple(found[key] for key in ("wanted", "members", "in_service", "reached"))


@pytest.mark.parametrize("kind", KINDS)
def test_all_members_of_every_kind_are_found_and_scored(see, kind):
    clusters, resource, count = KINDS[kind]
    fleet, livesonic = see(clusters, kind, resource)
    polled = livesonic.poll()["web"]
    assert (polled["instances"], polled["scored"], polled["error"]) == (count, count, "")
    truth = {one["id"]: one for one in fleet.world()["instances"] if one["cluster"] == "web"}
    members = livesonic.members("web")
    if kind == "static":
        assert set(members) == {one["address"] for one in truth.values()}
    else:
        assert set(members) == set(truth)
        for id_, member in members.items():
            for ours, theirs in (
                ("private_ip", "address"),
                ("type", "type"),
                ("availability_zone", "availability_zone"),
                ("lifecycle", "lifecycle"),
                ("name", "name"),
                ("ec2_state", "state"),
            ):
                assert member[ours] == truth[id_][theirs], (id_, ours)
    if kind not in ("tag", "static"):
        states = {member["balancer"]["state"] for member in members.values()}
        assert states == {WELL.get(kind, "InService")}
    shown = livesonic.show("web")
    assert (shown["kind"], shown["discovery"]["warning"]) == (kind, "")
    assert not shown["drift"]["drifting"]
    assert f"web  {kind} " in livesonic.run("cluster", "show", "web").stdout


def test_fargate_tasks_are_members_by_their_own_names(see):
    fleet, livesonic = see("web:3:fargate", "ecs_service", "web/web")
    livesonic.poll()
    (cluster,) = fleet.world()["ecs_clusters"]
    members = livesonic.members("web")
    assert {id_: member["private_ip"] for id_, member in members.items()} == {
        task["id"]: task["address"] for task in cluster["tasks"]
    }
    assert {member["type"] for member in members.values()} == {"Fargate task"}
    # Nothing answers in them, and that is told.
    assert drift(livesonic) == (3, 3, 3, 0)
    shown = livesonic.run("cluster", "show", "web").stdout
    assert "drift: 3 wanted, 3 there, 3 in service, 0 reached over SSH" in shown


def test_one_target_group_of_a_balancer_may_be_a_cluster(see):
    fleet, livesonic = see("web:3:alb", "alb", "web-alb", target_groups=["web-tg"])
    other = make_client(fleet.url, "elbv2").create_target_group(
        Name="other-tg", Protocol="HTTP", Port=81, VpcId="vpc-0a1b2c3d4e5f60718"
    )["TargetGroups"][0]["TargetGroupArn"]
    elbv2 = make_client(fleet.url, "elbv2")
    (balancer,) = elbv2.describe_load_balancers(Names=["web-alb"])["LoadBalancers"]
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=81,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": other}],
    )
    (target_group,) = [one for one in fleet.world()["target_groups"] if one["name"] == "web-tg"]
    first, second, _ = target_group["targets"]
    elbv2.register_targets(TargetGroupArn=other, Targets=[{"Id": first}])
    elbv2.deregister_targets(TargetGroupArn=target_group["arn"], Targets=[{"Id": second}])

    def listed():
        livesonic.poll()
        return set(livesonic.members("web"))

    # A target that drains is a member until it has drained.
    expected = set(target_group["targets"]) - {second}
    wait_for(lambda: listed() == expected, "the drained target leaving", seconds=20)


@pytest.mark.parametrize(
    "kind, clusters, resource, bring",
    [
        ("elb", "prod-a:1,prod-b:2,test-c:1", "prod-*", "elb"),
        ("alb", "prod-a:1:alb,prod-b:2:alb,prod-c:1:nlb", "prod-?-alb", "alb"),
        ("nlb", "prod-a:1:nlb,prod-b:2:nlb,prod-c:1:alb", "prod-*", "nlb"),
        ("asg", "prod-a:1:asg,prod-b:2:asg,test-c:1:asg", "prod-*", "asg"),
    ],
)
def test_a_wildcard_registers_what_matches_now_and_later(watch, kind, clusters, resource, bring):
    fleet, livesonic = watch(clusters, QUICK, register=False)
    livesonic.serve()
    livesonic.json("cluster", "add", "all", "--kind", kind, "--resource", resource)

    def found():
        clusters = livesonic.get("/clusters")["clusters"]
        return {one["name"]: one["instances"]["scored"] for one in clusters if one["parent"]}

    names = [f"prod-a-{bring}", f"prod-b-{bring}"]
    wait_for(lambda: found() == dict(zip(names, (1, 2))), "both fleets scored")
    fleet.post("clusters", name="prod-d", instances=1, kind=bring)
    names.append(f"prod-d-{bring}")
    wait_for(lambda: found() == dict(zip(names, (1, 2, 1))), "the new fleet scored")
    (origin,) = {one["origin"] for one in livesonic.get("/clusters")["clusters"] if one["parent"]}
    assert origin == "discovered"


def test_drift_is_between_what_is_wanted_there_in_service_and_reached(see):
    fleet, livesonic = see("web:4:asg", "asg", "web-asg")
    livesonic.serve()
    wait_for(lambda: drift(livesonic) == (4, 4, 4, 4), "four of four")
    assert not livesonic.show("web")["drift"]["drifting"]
    assert "drift" not in livesonic.run("cluster", "show", "web").stdout

    # No capacity is to be had for a fifth and a sixth, and one host falls silent.
    fleet.post("shortages")
    make_client(fleet.url, "autoscaling").set_desired_capacity(
        AutoScalingGroupName="web-asg", DesiredCapacity=6
    )
    fleet.set_fault(next(iter(livesonic.members("web"))), "refuse_connections")
    wait_for(lambda: drift(livesonic) == (6, 4, 4, 3), "drift")
    assert livesonic.show("web")["drift"]["drifting"]
    words = "drift: 6 wanted, 4 there, 4 in service, 3 reached over SSH"
    assert words in livesonic.run("cluster", "show", "web").stdout

    fleet.post("shortages", over=True)
    for instance in fleet.world()["instances"]:
        fleet.relieve(instance["id"])
    wait_for(lambda: drift(livesonic) == (6, 6, 6, 6), "six of six")


def test_a_balancer_whose_instances_fail_drifts(see):
    fleet, livesonic = see("web:3", "elb", "web-elb")
    fleet.service_down(fleet.members("web-elb")[0], "nginx")
    livesonic.poll()
    assert drift(livesonic) == (None, 3, 2, 3)
    shown = livesonic.run("cluster", "show", "web").stdout
    assert "drift: 3 there, 2 in service, 3 reached over SSH" in shown
    assert "failed at least the UnhealthyThreshold number of health checks" in shown


def test_failed_status_checks_and_announced_maintenance_are_shown(see):
    fleet, livesonic = see("web:3", "elb", "web-elb")
    impaired, maintained, well = fleet.members("web-elb")
    fleet.post(f"instances/{impaired}/impair")
    fleet.post(f"instances/{maintained}/schedule", code="system-reboot", in_hours=48)
    livesonic.poll()
    standing = {id_: one["standing"] for id_, one in livesonic.members("web").items()}
    assert standing[impaired]["status_checks"] == "impaired"
    assert standing[maintained]["status_checks"] == standing[well]["status_checks"] == "ok"
    (event,) = standing[maintained]["events"]
    assert event.startswith("system-reboot from ")
    assert standing[well]["events"] == []
    shown = livesonic.run("cluster", "show", "web").stdout
    assert "impaired" in shown
    assert "system-reboot" in shown
