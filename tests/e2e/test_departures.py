# SPDX-License-Identifier: Apache-2.0
"""Every reason for which an instance leaves its cluster: it happens in the simulated account, and is
told by the API and by the command line; and nobody leaves because AWS was unwell."""

import json
import os
import re
import threading

import pytest
import requests

from support.aws import make_client
from support.livesonic import when
from support.process import wait_for
from support.sshd import SSHD, Sshd

QUICK = ("--speed", "60")  # the world's minutes last a second
PATIENCE = 40
WORDS = {  # for people
    "scale_in": "scaled in",
    "instance_refresh": "replaced by an instance refresh",
    "deploy": "replaced by a deploy",
    "spot_interruption": "spot capacity taken back",
    "rebalance": "rebalanced",
    "health_replaced": "replaced as unhealthy",
    "terminated_by_user": "terminated by a user",
    "stopped": "stopped",
    "deregistered": "deregistered",
    "cluster_removed": "its cluster was removed",
    "unexplained": "unexplained",
}


# --- what happens; each is given the simulator ---


def happen(what, hosts=1):
    return lambda fleet: fleet.post("happen", what=what, cluster="batch", hosts=hosts)


def rebalance(fleet):
    make_client(fleet.url, "autoscaling").update_auto_scaling_group(
        AutoScalingGroupName="batch-asg", CapacityRebalance=True
    )
    happen("rebalance")(fleet)


def fewer_tasks(fleet):
    make_client(fleet.url, "ecs").update_service(cluster="batch", service="batch", desiredCount=2)


def stop_a_task(fleet):
    ecs = make_client(fleet.url, "ecs")
    task = ecs.list_tasks(cluster="batch", serviceName="batch")["taskArns"][0]
    ecs.stop_task(cluster="batch", task=task, reason="looked odd to me")


def leave_group(operation):
    def ask(fleet):
        members = fleet.world()["auto_scaling_groups"][0]["instances"]
        getattr(make_client(fleet.url, "autoscaling"), operation)(
            AutoScalingGroupName="batch-asg",
            InstanceIds=[members[0]["id"]],
            ShouldDecrementDesiredCapacity=False,
        )

    return ask


def by_hand_from_a_new_template(fleet):
    """A new version of the template; two new instances of it; the old ones are ended by hand."""
    ec2 = make_client(fleet.url, "ec2")
    old = [member["id"] for member in fleet.world()["auto_scaling_groups"][0]["instances"]]
    ec2.create_launch_template_version(
        LaunchTemplateName="batch-template",
        LaunchTemplateData={"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.medium"},
    )
    autoscaling = make_client(fleet.url, "autoscaling")
    autoscaling.update_auto_scaling_group(AutoScalingGroupName="batch-asg", DesiredCapacity=7)

    def in_service():
        (group,) = fleet.world()["auto_scaling_groups"]
        return [one for one in group["instances"] if one["lifecycle"] == "InService"]

    wait_for(lambda: len(in_service()) == 7, "the new instances in service")
    for id_ in old[:2]:
        autoscaling.terminate_instance_in_auto_scaling_group(
            InstanceId=id_, ShouldDecrementDesiredCapacity=True
        )


KINDS = {  # what the simulator has, and what of it Livesonic watches
    "elb": ("elb", {"kind": "elb", "resource": "batch-elb"}),
    "alb": ("alb", {"kind": "alb", "resource": "batch-alb"}),
    "asg": ("asg", {"kind": "asg", "resource": "batch-asg"}),
    "front": ("asg", {"kind": "target_group", "resource": "batch-tg"}),  # of a group
    "ecs": ("ecs", {"kind": "ecs_service", "resource": "batch/batch"}),
    "fargate": ("fargate", {"kind": "ecs_service", "resource": "batch/batch"}),
}
ALL = 5
# The reason, in what, what happens, how many leave (at least), and what the detail says.
DEPARTURES = [
    ("scale_in", "asg", happen("scale_in", 2), 2, "shrinking the capacity from 5 to [34]"),
    ("scale_in", "ecs", happen("scale_in"), 1, "shrinking the capacity from 5 to 4"),
    ("scale_in", "fargate", fewer_tasks, 3, "ECS: Scaling activity initiated by"),
    ("instance_refresh", "asg", happen("instance_refresh"), ALL, "in response to an instance refresh"),
    ("deploy", "elb", happen("deploy"), ALL, "ami-[0-9a-f]+ took the place of ami-[0-9a-f]+; EC2: "),
    ("deploy", "asg", by_hand_from_a_new_template, 2, "version 2 took the place of .*version 1; "),
    ("deploy", "fargate", happen("deploy"), ALL, "batch:2 took the place of batch:1; ECS: "),
    ("spot_interruption", "asg", happen("spot_interruption"), 1, "(EC2|spot request): .*[Ss]pot"),
    ("spot_interruption", "elb", happen("spot_interruption"), 1, "(EC2|spot request): .*[Ss]pot"),
    ("rebalance", "asg", rebalance, 1, "EC2 instance rebalance recommendation"),
    ("health_replaced", "asg", happen("health_replace", 2), 2, "in response to a user health-check"),
    ("terminated_by_user", "elb", happen("terminate_by_user"), 1, "EC2: .*User initiated"),
    ("terminated_by_user", "asg", happen("terminate_by_user"), 1, "EC2: .*User initiated"),
    ("terminated_by_user", "fargate", stop_a_task, 1, "ECS: .*looked odd to me"),
    ("stopped", "elb", happen("stop"), 1, "EC2: .*User initiated"),
    ("deregistered", "elb", happen("deregister"), 1, "the balancer leaves it out, and it is running"),
    ("deregistered", "alb", happen("deregister", 2), 2, "leaves? it out, and it is running"),
    ("deregistered", "asg", leave_group("detach_instances"), 1, "was detached in response to a user"),
    ("deregistered", "front", leave_group("enter_standby"), 1, "moved to standby in response to"),
]


class Listener:
    """What `livesonic serve` tells those who listen, from now on."""

    def __init__(self, livesonic):
        self.events = []
        self._stream = requests.get(
            f"{livesonic.url}/api/v1/events",
            headers={"Accept": "text/event-stream"},
            stream=True,
            timeout=60,
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        try:
            for line in self._stream.iter_lines(chunk_size=1, decode_unicode=True):
                if line.startswith("data:"):
                    self.events.append(json.loads(line.partition(":")[2]))
        except requests.RequestException:
            pass  # the server has ended

    def of(self, kind):
        return [event for event in list(self.events) if event["kind"] == kind]


@pytest.fixture
def watch_kind(watch):
    """watch_kind("asg", flags…) gives the simulator with five instances of that kind, and a Livesonic
    that watches them as the cluster "batch"."""

    def start(kind, *flags, **sections):
        there, cluster = KINDS[kind]
        flags = (*QUICK, *flags)
        if there == "fargate":
            sections["ssh"] = {"enabled": False}  # nothing answers in those tasks
        fleet, livesonic = watch(f"batch:{ALL}:{there}", flags, register=False, **sections)
        livesonic.settings["clusters"] = [{"name": "batch", **cluster}]
        livesonic.write_config()
        return fleet, livesonic

    return start


@pytest.fixture
def serve(watch_kind):
    """The same with a running server, which has seen them all."""

    def start(kind, *flags, **sections):
        fleet, livesonic = watch_kind(kind, *flags, **sections)
        livesonic.serve()
        wait_for(lambda: len(members_of(livesonic)) == ALL, "all instances watched", PATIENCE)
        return fleet, livesonic

    return start


def members_of(livesonic, name="batch"):
    return {member["id"]: member for member in livesonic.get(f"/clusters/{name}")["members"]}


def departed(livesonic, name="batch"):
    everybody = livesonic.get(f"/clusters/{name}?gone=true")["members"]
    return {member["id"]: member for member in everybody if member["gone_at"]}


def farewell(livesonic, id_):
    """The line of the log that tells of it."""
    lines = livesonic.process.log_text().splitlines()
    (line,) = [line for line in lines if id_ in line and "has left" in line]
    return line


def check_told(livesonic, gone, reason, detail):
    """By the API and by the command line, in the same words."""
    shown = livesonic.run("cluster", "show", "batch", "--gone").stdout.splitlines()
    for id_, member in gone.items():
        assert (id_, member["gone_reason"]) == (id_, reason), member["gone_detail"]
        assert re.search(detail, member["gone_detail"])
        (line,) = [line for line in shown if id_ in line]
        assert WORDS[reason] in line
        assert member["gone_detail"] in line
    told = livesonic.members("batch", "--gone")
    assert {id_: told[id_]["gone_reason"] for id_ in gone} == {id_: reason for id_ in gone}


@pytest.mark.parametrize(
    "reason, kind, befall, count, detail",
    DEPARTURES,
    ids=[f"{reason}-{kind}" for reason, kind, *_ in DEPARTURES],
)
def test_the_reason_is_told_and_is_no_news(serve, reason, kind, befall, count, detail):
    fleet, livesonic = serve(kind)
    before = members_of(livesonic)
    listener = Listener(livesonic)
    befall(fleet)
    wait_for(lambda: len(departed(livesonic)) >= count, "the departure", PATIENCE)
    gone = departed(livesonic)
    assert set(gone) <= set(before)
    assert len(gone) == count
    check_told(livesonic, gone, reason, detail)

    # It stays so, and nobody is alarmed.
    rounds = len(listener.of("round"))
    wait_for(lambda: len(listener.of("round")) >= rounds + 2, "two more rounds", PATIENCE)
    later = departed(livesonic)
    assert {id_: later[id_] for id_ in gone} == gone
    assert not set(members_of(livesonic)) & set(gone)
    assert listener.of("instance.unexplained") == []
    assert livesonic.incidents() == []
    assert livesonic.get("/clusters/batch")["discovery"]["warning"] == ""
    for id_ in gone:
        assert " info " in farewell(livesonic, id_)
        assert WORDS[reason] in farewell(livesonic, id_)


def test_only_the_unexplained_is_news(serve):
    # EC2 forgets at once whom it has ended: nobody knows anything of the instance any more.
    fleet, livesonic = serve("elb", "--remembered", "0s")
    listener = Listener(livesonic)
    (victim,) = fleet.scale("batch-elb", -1)
    (event,) = wait_for(lambda: listener.of("instance.unexplained"), "the news", PATIENCE)
    assert (event["cluster"], event["subject"]) == ("batch", victim)
    gone = departed(livesonic)
    assert set(gone) == {victim}
    detail = "the balancer leaves it out, and EC2 does not know it any more"
    assert event["detail"] == detail
    check_told(livesonic, gone, "unexplained", detail)
    assert " warning " in farewell(livesonic, victim)
    livesonic.wait_for_rounds("batch", 2)
    assert len(listener.of("instance.unexplained")) == 1


def test_a_removed_cluster_explains_its_instances(watch):
    fleet, livesonic = watch("batch:3", QUICK, register=False)
    livesonic.json("cluster", "add", "batch", "--elb", "batch-elb")
    livesonic.poll()
    first, *others = fleet.members("batch-elb")
    livesonic.json("cluster", "remove", "batch")
    assert livesonic.run("cluster", "show", "batch").returncode != 0
    fleet.terminate(first)
    # Registered again, those that are there are watched again; the other keeps its reason.
    livesonic.json("cluster", "add", "batch", "--elb", "batch-elb")
    livesonic.poll()
    assert set(livesonic.members("batch")) == set(others)
    gone = livesonic.members("batch", "--gone")[first]
    assert gone["gone_reason"] == "cluster_removed"
    shown = livesonic.run("cluster", "show", "batch", "--gone").stdout.splitlines()
    (line,) = [line for line in shown if first in line]
    assert WORDS["cluster_removed"] in line
    assert gone["gone_detail"] in line


def test_a_balancer_that_is_removed_takes_its_cluster_with_it(watch):
    fleet, livesonic = watch("batch:2,web:1", QUICK, register=False)
    livesonic.json("cluster", "add", "all", "--kind", "elb", "--resource", "*")
    livesonic.poll()
    livesonic.poll()
    first = fleet.members("batch-elb")[0]
    fleet.post("happen", what="remove_balancer", cluster="batch")
    livesonic.run("poll", "--once")
    names = {one["name"] for one in livesonic.json("cluster", "list")["clusters"]}
    assert names == {"all", "web-elb"}
    # What is made under its old name is the same cluster, and its tombstones stand there.
    fleet.add_load_balancer("batch-elb", 1)
    livesonic.poll()
    livesonic.poll()
    gone = livesonic.members("batch-elb", "--gone")[first]
    assert gone["gone_reason"] == "cluster_removed"
    assert gone["gone_detail"] == "'batch-elb' is no more"


def test_an_instance_that_is_back_is_watched_again_under_its_id(serve):
    fleet, livesonic = serve("elb")
    fleet.post("happen", what="stop", cluster="batch")
    (victim,) = wait_for(lambda: departed(livesonic), "the departure", PATIENCE)
    first_seen = departed(livesonic)[victim]["first_seen"]
    fleet.post(f"instances/{victim}/start")
    wait_for(lambda: victim in members_of(livesonic), "its return", PATIENCE)
    assert members_of(livesonic)[victim]["first_seen"] == first_seen
    assert departed(livesonic) == {}


# --- an address changes hands ---


NETWORK = "127.79"  # of the instances: on loopback
ADDRESS = f"{NETWORK}.0.10"


@pytest.mark.skipif(
    os.getuid() != 0 or not os.path.exists(SSHD), reason="needs to be root, and OpenSSH's server"
)
def test_a_new_instance_on_an_old_address_is_another_one(
    moto, make_livesonic, processes, tmp_path, ssh_key, bin_dir, port
):
    os.makedirs("/run/sshd", exist_ok=True)
    ec2, elb = make_client(moto.url, "ec2"), make_client(moto.url, "elb")

    def make_subnet():
        vpc = ec2.create_vpc(CidrBlock=f"{NETWORK}.0.0/16")["Vpc"]["VpcId"]
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"{NETWORK}.0.0/24")
        return made["Subnet"]["SubnetId"]

    subnet = make_subnet()
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    elb.create_load_balancer(LoadBalancerName="batch-elb", Listeners=[listener], Subnets=[subnet])

    def launch(subnet):
        (instance,) = ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=1,
            MaxCount=1,
            SubnetId=subnet,
            PrivateIpAddress=ADDRESS,
        )["Instances"]
        assert instance["PrivateIpAddress"] == ADDRESS
        id_ = instance["InstanceId"]
        elb.register_instances_with_load_balancer(
            LoadBalancerName="batch-elb", Instances=[{"InstanceId": id_}]
        )
        return id_

    clusters = [{"name": "batch", "elb": "batch-elb"}]
    livesonic = make_livesonic(moto.url, port, clusters=clusters, ssh={"user": "root"})
    sshd = Sshd(processes, tmp_path / "sshd", ADDRESS, port, f"{ssh_key}.pub", bin_dir)
    old = launch(subnet)
    livesonic.poll()
    assert livesonic.members("batch")[old]["score"]["outcome"] == "ok"

    ec2.terminate_instances(InstanceIds=[old])
    sshd.change_host_key()
    new = launch(make_subnet())  # moto never gives an address back within a subnet
    livesonic.poll()
    members = livesonic.members("batch", "--gone")
    assert set(members) == {old, new}
    assert members[old]["private_ip"] in ("", ADDRESS)
    assert members[old]["gone_reason"] == "terminated_by_user"
    assert members[new]["private_ip"] == ADDRESS
    assert members[new]["gone_at"] is None
    # Its key is pinned anew, and its history begins with it.
    assert members[new]["score"]["outcome"] == "ok", members[new]["score"]["detail"]
    assert when(members[new]["first_seen"]) > when(members[old]["first_seen"])
    livesonic.serve()
    histories = {
        id_: livesonic.get(f"/clusters/batch/instances/{id_}/history?last=1h")["points"]
        for id_ in (old, new)
    }
    assert len(histories[old]) == 1
    assert when(histories[new][0]["at"]) > when(histories[old][0]["at"])

    # Whereas the same instance with another key is told of.
    sshd.change_host_key()

    def outcome():
        return members_of(livesonic)[new]["score"]["outcome"]

    wait_for(lambda: outcome() == "host_key_changed", "the changed host key", PATIENCE)


# --- AWS is unwell ---


TROUBLES = [
    ("elb", "server_error", {"service": "elasticloadbalancing"}, "InternalFailure|500"),
    ("elb", "throttle", {"service": "elasticloadbalancing"}, "Throttling"),
    ("elb", "throttle", {"operation": "DescribeInstanceHealth"}, "Throttling"),
    ("elb", "truncate", {"operation": "DescribeInstanceHealth"}, "DescribeInstanceHealth"),
    ("elb", "truncate", {"operation": "DescribeLoadBalancers"}, "DescribeLoadBalancers"),
    ("elb", "truncate", {"operation": "DescribeInstances"}, "DescribeInstances"),
    ("alb", "truncate", {"operation": "DescribeTargetHealth"}, "DescribeTargetHealth"),
    ("alb", "throttle", {"operation": "DescribeTargetGroups"}, "Throttling"),
    ("asg", "truncate", {"service": "autoscaling"}, "DescribeAutoScalingGroups"),
    ("asg", "throttle", {"service": "ec2"}, "RequestLimitExceeded"),
    ("ecs", "server_error", {"operation": "DescribeTasks"}, "DescribeTasks"),
    ("fargate", "truncate", {"operation": "ListTasks"}, "ListTasks"),
]


@pytest.fixture
def polled(watch_kind):
    """The same without a server, and polled once."""

    def start(kind):
        fleet, livesonic = watch_kind(kind, aws={"max_attempts": 1})
        assert livesonic.poll()["batch"]["instances"] == ALL
        return fleet, livesonic

    return start


@pytest.mark.parametrize("kind, fault, where, error", TROUBLES)
def test_what_aws_fails_to_say_retires_nobody(polled, kind, fault, where, error):
    fleet, livesonic = polled(kind)
    before = set(livesonic.members("batch"))
    fleet.aws_fault(fault, calls=1000, **where)
    found = livesonic.poll(status=1)["batch"]
    assert re.search(error, found["error"])
    assert found["instances"] == ALL
    shown = livesonic.show("batch", "--gone")
    assert {member["id"] for member in shown["members"]} == before
    assert [member["gone_at"] for member in shown["members"]] == [None] * ALL
    assert shown["discovery"]["error"] == found["error"]
    assert found["error"] in livesonic.run("cluster", "show", "batch").stdout

    fleet.delete("aws-faults")
    assert livesonic.poll()["batch"]["error"] == ""
    assert set(livesonic.members("batch")) == before
    assert livesonic.show("batch")["discovery"]["error"] == ""


def test_aws_is_asked_more_rarely_while_it_throttles_and_hosts_as_often_as_ever(serve):
    fleet, livesonic = serve("elb", aws={"max_attempts": 1})

    def calls():
        metrics = livesonic.session.get(f"{livesonic.url}/metrics", timeout=20).text
        asked = re.findall(r'^livesonic_aws_requests_total\{.*"elasticloadbalancing".* (\d+)$',
                           metrics, re.M)
        return sum(int(count) for count in asked)

    fleet.aws_fault("throttle", calls=100_000, service="elasticloadbalancing")

    def error():
        return livesonic.get("/clusters/batch")["discovery"]["error"]

    wait_for(lambda: "Throttling" in error(), "the throttle", PATIENCE)
    before = calls()
    livesonic.wait_for_rounds("batch", 12)
    # After one more at an interval's distance: after two, four and eight intervals.
    assert calls() - before <= 2 * 4
    assert len(members_of(livesonic)) == ALL
    assert [one for one in livesonic.incidents() if one["cluster"]] == []
    fleet.delete("aws-faults")
    wait_for(lambda: error() == "", "AWS being asked again", PATIENCE)


@pytest.mark.parametrize("kind", ["elb", "alb"])
def test_an_empty_balancer_retires_nobody(polled, kind):
    fleet, livesonic = polled(kind)
    before = set(livesonic.members("batch"))
    fleet.aws_fault("empty_balancer", calls=1000)
    assert livesonic.poll()["batch"]["instances"] == ALL
    warning = livesonic.show("batch")["discovery"]["warning"]
    assert "lists no instances, but EC2 does not say that the 5 known ones have ended" in warning
    assert warning in livesonic.run("cluster", "show", "batch").stdout
    assert set(livesonic.members("batch", "--gone")) == before

    fleet.delete("aws-faults")
    livesonic.poll()
    shown = livesonic.show("batch", "--gone")
    assert shown["discovery"]["warning"] == ""
    assert [member["gone_at"] for member in shown["members"]] == [None] * ALL
    assert [member["missing_since"] for member in shown["members"]] == [None] * ALL


@pytest.mark.parametrize("kind", ["elb", "alb"])
def test_a_drop_of_more_than_half_is_doubted_unless_ec2_says_why(polled, kind):
    fleet, livesonic = polled(kind)
    fleet.post("happen", what="deregister", cluster="batch", hosts=3)
    left = [one["id"] for one in fleet.world()["instances"]]

    def doubted():
        livesonic.poll()
        return "leaves out 3 of 5 instances at once" in livesonic.show("batch")["discovery"]["warning"]

    wait_for(doubted, "the doubt", PATIENCE)  # a target is listed until it has drained
    assert set(livesonic.members("batch")) == set(left)
    missing = [one["id"] for one in livesonic.show("batch")["members"] if one["missing_since"]]
    assert len(missing) == 3
    # EC2's word is believed at once.
    for id_ in missing:
        fleet.terminate(id_)
    livesonic.poll()
    members = livesonic.members("batch", "--gone")
    assert {members[id_]["gone_reason"] for id_ in missing} == {"terminated_by_user"}
    assert livesonic.show("batch")["discovery"]["warning"] == ""
    assert set(livesonic.members("batch")) == set(left) - set(missing)
