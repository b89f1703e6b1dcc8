# SPDX-License-Identifier: Apache-2.0
"""Every kind of cluster, registrations, drift and departures, with moto as AWS. No host can be
reached: what is looked at is who is there, and why others are not."""

import pytest

from support.aws import REGION, make_client
from support.process import free_port

NETWORK = "127.78"  # of the instances: on loopback, where nobody listens
IMAGE = "ami-12c6146b"


class World:
    """A network with two subnets, and what is made in it."""

    def __init__(self, url):
        self.ec2 = make_client(url, "ec2")
        self.elbv2 = make_client(url, "elbv2")
        self.asg = make_client(url, "autoscaling")
        self.vpc = self.ec2.create_vpc(CidrBlock=f"{NETWORK}.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            self.ec2.create_subnet(
                VpcId=self.vpc,
                CidrBlock=f"{NETWORK}.{16 * number}.0/20",
                AvailabilityZone=f"{REGION}{zone}",
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("ac")
        ]

    def launch(self, count, **tags):
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        launched = self.ec2.run_instances(
            ImageId=IMAGE,
            MinCount=count,
            MaxCount=count,
            SubnetId=self.subnets[0],
            TagSpecifications=[{"ResourceType": "instance", "Tags": pairs}] if pairs else [],
        )
        return [instance["InstanceId"] for instance in launched["Instances"]]

    def add_balancer(self, name, kind="application", **tags):
        pairs = [{"Key": key, "Value": value} for key, value in {"of": "test", **tags}.items()]
        return self.elbv2.create_load_balancer(
            Name=name, Type=kind, Subnets=self.subnets, Tags=pairs
        )["LoadBalancers"][0]["LoadBalancerArn"]

    def add_target_group(self, name, balancer, port, ids, protocol="HTTP", target_type="instance"):
        arn = self.elbv2.create_target_group(
            Name=name, Protocol=protocol, Port=port, VpcId=self.vpc, TargetType=target_type
        )["TargetGroups"][0]["TargetGroupArn"]
        self.elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol=protocol,
            Port=port,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
        )
        if ids:
            self.elbv2.register_targets(TargetGroupArn=arn, Targets=[{"Id": i} for i in ids])
        return arn

    def add_group(self, name, desired):
        template = self.ec2.create_launch_template(
            LaunchTemplateName=f"{name}-template",
            LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.micro"},
        )["LaunchTemplate"]["LaunchTemplateId"]
        self.asg.create_auto_scaling_group(
            AutoScalingGroupName=name,
            MinSize=0,
            MaxSize=9,
            DesiredCapacity=desired,
            LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
            VPCZoneIdentifier=",".join(self.subnets),
        )

    def in_group(self, name):
        (group,) = self.asg.describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
            "AutoScalingGroups"
        ]
        return {instance["InstanceId"] for instance in group["Instances"]}


@pytest.fixture
def world(moto):
    return World(moto.url)


@pytest.fixture
def watch_kind(moto, make_livesonic):
    def make(kind, resource, **more):
        cluster = {"name": "web", "kind": kind, "resource": resource, **more}
        return make_livesonic(moto.url, free_port(), clusters=[cluster])

    return make


def test_an_auto_scaling_group_is_followed_with_what_it_wants(world, watch_kind):
    world.add_group("web-asg", 3)
    livesonic = watch_kind("asg", "web-asg")
    assert livesonic.poll()["web"]["error"] == ""
    members = livesonic.members("web")
    assert set(members) == world.in_group("web-asg")
    one = next(iter(members.values()))
    assert one["balancer"]["state"] == "InService"
    assert one["standing"]["group"] == "web-asg"
    assert one["standing"]["group_state"] == "InService"
    assert one["standing"]["launch_template"].endswith("version 1")
    drift = livesonic.show("web")["drift"]
    assert (drift["wanted"], drift["members"], drift["in_service"]) == (3, 3, 3)
    assert drift["drifting"]  # nobody answers over SSH

    world.asg.set_desired_capacity(AutoScalingGroupName="web-asg", DesiredCapacity=2)
    left = set(members) - world.in_group("web-asg")
    assert len(left) == 1
    livesonic.poll()
    assert set(livesonic.members("web")) == world.in_group("web-asg")
    gone = livesonic.members("web", "--gone")[left.pop()]
    # moto keeps no activities; EC2's word is what there is.
    assert gone["gone_reason"] == "terminated_by_user"


def test_all_target_groups_of_a_balancer_are_one_cluster(world, watch_kind):
    first, second, third = world.launch(3)
    balancer = world.add_balancer("shop")
    world.add_target_group("blue", balancer, 80, [first, second])
    world.add_target_group("green", balancer, 8080, [second, third])
    livesonic = watch_kind("alb", "shop")
    assert livesonic.poll()["web"]["error"] == ""
    members = livesonic.members("web")
    assert set(members) == {first, second, third}
    assert members[second]["standing"]["ports"] == "80, 8080"
    assert members[first]["ec2_state"] == "running"


def test_some_target_groups_and_addresses_are_a_cluster_too(world, watch_kind):
    (first,) = world.launch(1)
    balancer = world.add_balancer("shop", kind="network")
    world.add_target_group("blue", balancer, 80, [first], protocol="TCP")
    world.add_target_group("ips", balancer, 81, [f"{NETWORK}.0.77"], "TCP", target_type="ip")
    livesonic = watch_kind("nlb", "shop", target_groups=["ips"])
    assert livesonic.poll()["web"]["error"] == ""
    members = livesonic.members("web")
    assert set(members) == {f"ip-{NETWORK}.0.77"}
    assert members[f"ip-{NETWORK}.0.77"]["private_ip"] == f"{NETWORK}.0.77"


def test_a_target_group_by_itself_is_a_cluster(world, watch_kind):
    first, second, third = world.launch(3)
    arn = world.add_target_group("blue", world.add_balancer("shop"), 80, [first, second, third])
    livesonic = watch_kind("target_group", "blue")
    livesonic.poll()
    assert set(livesonic.members("web")) == {first, second, third}
    world.elbv2.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": third}])
    livesonic.poll()
    if third not in livesonic.members("web"):  # moto may let it drain first
        assert livesonic.members("web", "--gone")[third]["gone_reason"] == "deregistered"


def test_instances_with_tags_are_a_cluster(world, watch_kind):
    chosen = world.launch(2, role="web", env="prod")
    world.launch(1, role="web", env="test")
    livesonic = watch_kind("tag", "role=web, env=prod")
    livesonic.poll()
    assert set(livesonic.members("web")) == set(chosen)
    world.ec2.stop_instances(InstanceIds=[chosen[0]])
    world.ec2.terminate_instances(InstanceIds=[chosen[1]])
    livesonic.poll()
    assert livesonic.members("web") == {}
    gone = livesonic.members("web", "--gone")
    assert gone[chosen[0]]["gone_reason"] == "stopped"
    assert gone[chosen[1]]["gone_reason"] == "terminated_by_user"


def test_a_list_of_hosts_needs_no_aws(make_livesonic):
    dead = f"http://127.0.0.1:{free_port()}"
    cluster = {"name": "web", "kind": "static", "resource": "127.0.0.1, host.invalid"}
    livesonic = make_livesonic(dead, free_port(), clusters=[cluster])
    polled = livesonic.poll()["web"]
    assert (polled["instances"], polled["error"]) == (2, "")
    assert set(livesonic.members("web")) == {"127.0.0.1", "host.invalid"}


def test_a_registration_brings_a_cluster_for_each_balancer_and_takes_it_away(
    world, make_livesonic, moto
):
    first = world.add_balancer("prod-shop", team="web")
    world.add_target_group("blue", first, 80, world.launch(1))
    world.add_balancer("test-shop", team="web")
    livesonic = make_livesonic(moto.url, free_port())
    livesonic.json("cluster", "add", "prod", "--kind", "alb", "--resource", "prod-*")
    livesonic.json("cluster", "add", "team", "--kind", "alb", "--resource", "tag:team=web")
    livesonic.poll()
    livesonic.poll()
    found = {one["name"]: one for one in livesonic.json("cluster", "list")["clusters"]}
    assert set(found) == {"prod", "team", "prod-shop", "test-shop"}
    assert found["prod-shop"]["origin"] == "discovered"
    assert len(livesonic.members("prod-shop")) == 1

    world.elbv2.delete_load_balancer(LoadBalancerArn=first)
    livesonic.run("poll", "--once")  # its cluster may be polled, in vain, before it is taken away
    names = {one["name"] for one in livesonic.json("cluster", "list")["clusters"]}
    assert names == {"prod", "team", "test-shop"}
