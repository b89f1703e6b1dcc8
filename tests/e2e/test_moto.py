# SPDX-License-Identifier: Apache-2.0
"""moto as AWS: what is stored is what boto3, which knows nothing of us, says about it."""

import datetime

import pytest

from support.aws import REGION, make_client
from support.livesonic import when
from support.process import free_port, wait_for

MANY = 250  # more than one DescribeInstances asks for
ZONES = 130  # more than one page of ListHostedZones has
NETWORK = "127.77"  # of the instances: on loopback, where nobody listens


class MotoFleet:
    """A network with a subnet in each of three zones, and load balancers with instances in it."""

    def __init__(self, url):
        self.ec2 = make_client(url, "ec2")
        self.elb = make_client(url, "elb")
        vpc = self.ec2.create_vpc(CidrBlock=f"{NETWORK}.0.0/16")["Vpc"]["VpcId"]
        self.ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        self.subnets = {
            zone: self._add_subnet(vpc, number, zone) for number, zone in enumerate("acd")
        }

    def _add_subnet(self, vpc, number, zone):
        block = f"{NETWORK}.{number * 16}.0/20"
        subnet = self.ec2.create_subnet(
            VpcId=vpc, CidrBlock=block, AvailabilityZone=f"{REGION}{zone}"
        )["Subnet"]["SubnetId"]
        self.ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        return subnet

    def add_load_balancer(self, name):
        self.elb.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
            Subnets=list(self.subnets.values()),
        )

    def launch(self, balancer, count=1, zone="a", tags=None, **more):
        """Launches instances and registers them; their ids."""
        if tags:
            pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
            more["TagSpecifications"] = [{"ResourceType": "instance", "Tags": pairs}]
        launched = self.ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=count,
            MaxCount=count,
            SubnetId=self.subnets[zone],
            **more,
        )
        ids = [instance["InstanceId"] for instance in launched["Instances"]]
        instances = [{"InstanceId": i} for i in ids]
        self.elb.register_instances_with_load_balancer(
            LoadBalancerName=balancer, Instances=instances
        )
        return ids

    def deregister(self, balancer, ids):
        self.elb.deregister_instances_from_load_balancer(
            LoadBalancerName=balancer, Instances=[{"InstanceId": i} for i in ids]
        )

    def truth(self, balancer):
        """What boto3 says about each instance of the balancer, in the words of our API."""
        health = self.elb.describe_instance_health(LoadBalancerName=balancer)["InstanceStates"]
        balancer_says = {
            state["InstanceId"]: {
                "state": state["State"],
                "reason": state["ReasonCode"],
                "description": state["Description"],
            }
            for state in health
        }
        pages = self.ec2.get_paginator("describe_instances").paginate(
            Filters=[{"Name": "instance-id", "Values": list(balancer_says)}]
        )
        return {
            instance["InstanceId"]: {
                "balancer": balancer_says[instance["InstanceId"]],
                **_in_our_words(instance),
            }
            for page in pages
            for reservation in page["Reservations"]
            for instance in reservation["Instances"]
        }


def _in_our_words(instance):
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
    name = tags.get("Name", "")
    return {
        "id": instance["InstanceId"],
        "name": name,
        "label": name or instance["InstanceId"],
        "tags": tags,
        "ec2_state": instance["State"]["Name"],
        "public_dns": instance.get("PublicDnsName", ""),
        "private_dns": instance.get("PrivateDnsName", ""),
        "public_ip": instance.get("PublicIpAddress", ""),
        "private_ip": instance.get("PrivateIpAddress", ""),
        "availability_zone": instance["Placement"]["AvailabilityZone"],
        "type": instance["InstanceType"],
        "image_id": instance["ImageId"],
        "lifecycle": instance.get("InstanceLifecycle", "on-demand"),
        "launched_at": instance["LaunchTime"].strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


@pytest.fixture
def fleet(moto):
    return MotoFleet(moto.url)


@pytest.fixture
def livesonic(moto, make_livesonic):
    """Watches the balancer web-elb. No host can be reached: connections are refused."""
    return make_livesonic(moto.url, free_port(), clusters=[{"name": "web", "elb": "web-elb"}])


def stored(livesonic, *options):
    """The cluster's instances as stored, with the fields that AWS knows."""
    return {
        id_: {field: member[field] for field in (*_FIELDS, "balancer")}
        for id_, member in livesonic.members("web", *options).items()
    }


_FIELDS = (
    "id name label tags ec2_state public_dns private_dns public_ip private_ip availability_zone "
    "type image_id lifecycle launched_at"
).split()


def differences(stored_ones, true_ones):
    """Such as ["i-1 type: stored 't3.small', AWS says 't3.large'"]: short where == is pages long."""
    found = [f"{id_} is on one side only" for id_ in stored_ones.keys() ^ true_ones.keys()]
    for id_ in stored_ones.keys() & true_ones.keys():
        for field, value in true_ones[id_].items():
            if stored_ones[id_][field] != value:
                was = stored_ones[id_][field]
                found.append(f"{id_} {field}: stored {was!r}, AWS says {value!r}")
    return found


def test_what_is_stored_is_what_aws_says(fleet, livesonic):
    fleet.add_load_balancer("web-elb")
    fleet.launch("web-elb", 2, "a", {"Name": "web-1", "Team": "日本 & <Co>", "empty": ""})
    fleet.launch("web-elb", 1, "c", InstanceType="t3.large")
    fleet.launch("web-elb", 1, "d", InstanceMarketOptions={"MarketType": "spot"})
    polled = livesonic.poll()["web"]
    assert (polled["instances"], polled["unreachable"], polled["error"]) == (4, 4, "")

    truth = fleet.truth("web-elb")
    assert len(truth) == 4
    assert differences(stored(livesonic), truth) == []
    assert {one["availability_zone"][-1] for one in truth.values()} == {"a", "c", "d"}
    assert {one["lifecycle"] for one in truth.values()} == {"on-demand", "spot"}
    assert livesonic.show("web")["resource"] == "web-elb"


def test_a_fleet_of_more_instances_than_one_call_describes(fleet, livesonic):
    fleet.add_load_balancer("web-elb")
    fleet.launch("web-elb", MANY, "a", {"Name": "web"})
    assert livesonic.poll()["web"]["instances"] == MANY
    truth = fleet.truth("web-elb")
    assert len(truth) == MANY
    assert differences(stored(livesonic), truth) == []


def test_the_fleet_is_followed_as_it_changes(fleet, livesonic):
    fleet.add_load_balancer("web-elb")
    stays, ends, leaves = fleet.launch("web-elb", 3)
    livesonic.poll()
    first_seen = livesonic.members("web")[stays]["first_seen"]

    fleet.ec2.terminate_instances(InstanceIds=[ends])
    fleet.ec2.create_tags(Resources=[stays], Tags=[{"Key": "Name", "Value": "renamed"}])
    (new,) = fleet.launch("web-elb", 1, "c")
    assert livesonic.poll()["web"]["error"] == ""
    truth = fleet.truth("web-elb")
    assert truth.pop(ends)["ec2_state"] == "terminated"
    assert set(truth) == {stays, leaves, new}
    assert differences(stored(livesonic), truth) == []
    assert livesonic.members("web")[stays]["name"] == "renamed"
    assert livesonic.members("web")[stays]["first_seen"] == first_seen
    assert livesonic.members("web", "--gone")[ends]["gone_reason"] == "terminated_by_user"

    fleet.deregister("web-elb", [leaves])
    livesonic.poll()
    members = livesonic.members("web", "--gone")
    assert members[leaves]["gone_reason"] == "deregistered"
    assert members[leaves]["gone_detail"] == "the balancer leaves it out, and it is running"
    assert members[leaves]["gone_at"]
    assert set(livesonic.members("web")) == {stays, new}
    assert livesonic.show("web")["discovery"]["warning"] == ""


def test_a_balancer_that_lists_nothing_all_at_once_is_not_believed(fleet, livesonic):
    fleet.add_load_balancer("web-elb")
    ids = fleet.launch("web-elb", 3)
    livesonic.poll()
    fleet.deregister("web-elb", ids)
    assert fleet.truth("web-elb") == {}
    polled = livesonic.poll()["web"]
    assert (polled["instances"], polled["error"]) == (3, "")
    shown = livesonic.show("web")
    assert {member["id"] for member in shown["members"]} == set(ids)
    assert "lists no instances" in shown["discovery"]["warning"]

    # Registered again, it was nothing.
    fleet.elb.register_instances_with_load_balancer(
        LoadBalancerName="web-elb", Instances=[{"InstanceId": i} for i in ids]
    )
    livesonic.poll()
    shown = livesonic.show("web")
    assert shown["discovery"]["warning"] == ""
    assert [member["missing_since"] for member in shown["members"]] == [None] * 3


def test_an_error_of_aws_deletes_nothing_and_is_told(fleet, livesonic, moto):
    fleet.add_load_balancer("web-elb")
    fleet.launch("web-elb", 3)
    livesonic.poll()
    before = stored(livesonic)
    assert len(before) == 3

    fleet.elb.delete_load_balancer(LoadBalancerName="web-elb")
    no_balancer = failed_poll(livesonic)
    assert "DescribeLoadBalancers" in no_balancer
    assert "LoadBalancerNotFound" in no_balancer
    assert stored(livesonic) == before

    moto.reset()
    assert "LoadBalancerNotFound" in failed_poll(livesonic)
    assert stored(livesonic) == before

    livesonic.settings["aws"]["endpoint_url"] = f"http://127.0.0.1:{free_port()}"
    livesonic.write_config()
    down = failed_poll(livesonic)
    assert "DescribeLoadBalancers" in down
    assert "connect" in down
    assert stored(livesonic) == before


def failed_poll(livesonic):
    """Polls, which AWS makes fail, and gives the stored reason."""
    polled = livesonic.poll(status=1)["web"]
    discovery = livesonic.show("web")["discovery"]
    assert polled["error"] == discovery["error"]
    assert polled["instances"] == 3
    assert when(discovery["last_success"]) < when(discovery["last_attempt"])
    return discovery["error"]


def test_domains_are_what_route_53_lists(moto, livesonic):
    route53 = make_client(moto.url, "route53")
    ids = []
    for number in range(ZONES):
        comment = {"Comment": f"zone {number} & <Co>"} if number % 2 else {}
        zone = route53.create_hosted_zone(
            Name=f"zone-{number}.example",
            CallerReference=f"reference {number}",
            HostedZoneConfig={**comment, "PrivateZone": False},
        )["HostedZone"]
        ids.append(zone["Id"])
    assert synced(livesonic) == {
        "live": ZONES,
        "added": ZONES,
        "changed": 0,
        "gone": 0,
    }
    assert domains(livesonic) == truth_of_zones(route53)

    route53.delete_hosted_zone(Id=ids[0])
    route53.update_hosted_zone_comment(Id=ids[1], Comment="another")
    assert synced(livesonic) == {
        "live": ZONES - 1,
        "added": 0,
        "changed": 1,
        "gone": 1,
    }
    assert domains(livesonic) == truth_of_zones(route53)
    (gone,) = [
        one for one in livesonic.json("domains", "--gone")["domains"] if one["gone_at"] is not None
    ]
    assert (gone["zone_id"], gone["name"]) == (ids[0].rpartition("/")[2], "zone-0.example.")


def synced(livesonic):
    """What a sync counts; what it could not find out isn't asked here."""
    answer = livesonic.json("domains", "sync")
    answer.pop("problems")
    return answer


def domains(livesonic):
    fields = "name caller_reference comment private_zone record_count".split()
    return {
        domain["zone_id"]: {field: domain[field] for field in fields}
        for domain in livesonic.json("domains")["domains"]
    }


def truth_of_zones(route53):
    pages = list(route53.get_paginator("list_hosted_zones").paginate())
    return {
        zone["Id"].rpartition("/")[2]: {
            "name": zone["Name"],
            "caller_reference": zone["CallerReference"],
            "comment": zone["Config"].get("Comment", ""),
            "private_zone": zone["Config"]["PrivateZone"],
            "record_count": zone["ResourceRecordSetCount"],
        }
        for page in pages
        for zone in page["HostedZones"]
    }


def test_a_fleet_is_launched_and_ended_in_moto(fleet, livesonic):
    fleet.add_load_balancer("web-elb")
    (first,) = fleet.launch("web-elb")
    fleet.ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": "ami-12c6146b", "InstanceType": "t3.micro"},
    )
    livesonic.settings["actions"] = {"dry_run": False, "keep": 0, "keep_percent": 0}
    zones = {f"{REGION}{zone}": subnet for zone, subnet in fleet.subnets.items()}
    livesonic.settings["scaling"] = [
        {
            "name": "web",
            "through": "fleet",
            "dry_run": False,
            "min": 4,
            "max": 4,
            "scale_in": {"drain": "0s"},
            "launch": {
                "template": "web",
                "zones": list(zones),
                "subnets": zones,
                "types": ["m5.large"],
            },
        }
    ]
    livesonic.write_config()
    livesonic.serve()
    wait_for(lambda: len(fleet.truth("web-elb")) == 4, "four members", seconds=60)
    ours = {
        id_: one for id_, one in fleet.truth("web-elb").items() if "livesonic:cluster" in one["tags"]
    }
    assert first not in ours
    assert {one["type"] for one in ours.values()} == {"m5.large"}
    # The fewest are in the zone of the first one, so the others come first.
    assert len({one["availability_zone"] for one in ours.values()}) >= 2
    assert {one["tags"]["livesonic:cluster"] for one in ours.values()} == {"web"}
    wait_for(lambda: set(livesonic.members("web")) == {first, *ours}, "all of them watched")

    victims = sorted(ours)[:2]
    livesonic.post("/clusters/web/actions", kind="release", target=" ".join(victims))

    def ended():
        states = fleet.ec2.describe_instances(InstanceIds=victims)["Reservations"]
        return {i["State"]["Name"] for r in states for i in r["Instances"]} == {"terminated"}

    wait_for(ended, "the two to end", seconds=60)
    refused = livesonic.post("/clusters/web/actions", kind="release", target=first)
    assert (refused["state"], refused["rule"]) == ("refused", "ownership")


def test_a_group_is_made_larger_by_a_policy_in_moto(fleet, livesonic, moto):
    fleet.add_load_balancer("web-elb")
    autoscaling = make_client(moto.url, "autoscaling")
    autoscaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.micro"
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=1,
        MaxSize=6,
        DesiredCapacity=1,
        VPCZoneIdentifier=fleet.subnets["a"],
        LoadBalancerNames=["web-elb"],
    )
    autoscaling.put_scaling_policy(
        AutoScalingGroupName="web",
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingConfiguration={
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ASGAverageCPUUtilization"},
            "TargetValue": 50.0,
        },
    )
    livesonic.settings["actions"] = {"dry_run": False, "keep": 0, "keep_percent": 0}
    livesonic.settings["scaling"] = [{"name": "web", "dry_run": False, "min": 3, "max": 6}]
    livesonic.write_config()
    livesonic.serve()

    def desired():
        groups = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["web"])
        return groups["AutoScalingGroups"][0]["DesiredCapacity"]

    wait_for(lambda: desired() == 3, "three wanted of the group", seconds=150)
    (plan,) = livesonic.get("/scaling")["plans"]
    assert "'cpu' (TargetTrackingScaling)" in plan["conflicts"][0]


def test_requests_that_cloudwatch_has_in_moto_are_the_load(fleet, livesonic, moto):
    fleet.add_load_balancer("web-elb")
    fleet.launch("web-elb", 2)
    cloudwatch = make_client(moto.url, "cloudwatch")
    dimensions = [{"Name": "LoadBalancerName", "Value": "web-elb"}]
    now = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0)
    for minutes_ago in range(30, -10, -1):
        at = now - datetime.timedelta(minutes=minutes_ago)
        point = {"Dimensions": dimensions, "Timestamp": at, "Unit": "Count"}
        metrics = [{**point, "MetricName": "HealthyHostCount", "Value": 2.0}]
        # Minutes without requests have no count.
        if minutes_ago % 2 == 0:
            metrics.append({**point, "MetricName": "RequestCount", "Value": 400.0})
        cloudwatch.put_metric_data(Namespace="AWS/ELB", MetricData=metrics)
    livesonic.settings["scaling"] = [
        {"name": "web", "max": 20, "requests_per_instance": "100/min"},
    ]
    livesonic.write_config()
    livesonic.serve()

    def counted():
        plans = livesonic.get("/scaling")["plans"]
        return plans and plans[0]["requests"] and plans[0]["requests"]["minute"] and plans[0]

    plan = wait_for(counted, "the requests counted", seconds=150)
    assert plan["requests"]["source"] == "AWS/ELB RequestCount of web-elb"
    assert plan["requests"]["missing"] == ""
    assert plan["requests"]["per_minute"] in {0, 400}
    assert 4 <= plan["wanted"] <= 6
    assert "at 100 each" in plan["reason"]
