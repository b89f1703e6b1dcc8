# SPDX-License-Identifier: Apache-2.0
"""Application and network balancers: the same calls to moto and to the simulator."""

import datetime

import botocore.exceptions
import pytest

from support.aws import SimulatedAws
from support.fleets import add_balancer, add_target_group, launch


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    assert caught.value.response["Error"]["Message"]
    return caught.value.response["Error"]["Code"]


def states(aws, group, **targets):
    answer = aws.client("elbv2").describe_target_health(TargetGroupArn=group, **targets)
    return {
        (d["Target"]["Id"], d["Target"]["Port"]): d["TargetHealth"]["State"]
        for d in answer["TargetHealthDescriptions"]
    }


@pytest.mark.parametrize("kind", ["application", "network"])
def test_a_balancer_is_found_by_name_and_by_arn(aws, kind):
    elbv2 = aws.client("elbv2")
    arn = add_balancer(aws, "shop", kind)
    for asked in ({"Names": ["shop"]}, {"LoadBalancerArns": [arn]}, {}):
        (balancer,) = elbv2.describe_load_balancers(**asked)["LoadBalancers"]
        assert balancer["LoadBalancerArn"] == arn
        assert balancer["LoadBalancerName"] == "shop"
        assert balancer["Type"] == kind
        assert balancer["Scheme"] == "internet-facing"
        assert balancer["State"]["Code"] in {"active", "provisioning"}
        assert balancer["DNSName"].endswith("amazonaws.com")
        assert balancer["VpcId"].startswith("vpc-")
        assert balancer["CanonicalHostedZoneId"].startswith("Z")
        assert len(balancer["AvailabilityZones"]) == 2
        assert isinstance(balancer["CreatedTime"], datetime.datetime)


def test_what_is_unknown_is_an_error_with_awss_code(aws):
    elbv2 = aws.client("elbv2")
    known = add_balancer(aws, "shop")
    group = add_target_group(aws, "shop-web")
    assert code_of(elbv2.describe_load_balancers, Names=["none"]) == "LoadBalancerNotFound"
    assert (
        code_of(elbv2.describe_load_balancers, LoadBalancerArns=[known[:-1] + "x"])
        == "LoadBalancerNotFound"
    )
    assert code_of(elbv2.describe_target_groups, Names=["none"]) == "TargetGroupNotFound"
    unknown = group[:-1] + "x"
    assert code_of(elbv2.describe_target_health, TargetGroupArn=unknown) == "TargetGroupNotFound"


def test_a_target_groups_name_is_short(aws):
    assert (
        code_of(
            aws.client("elbv2").create_target_group,
            Name="a-very-long-name-of-more-than-32-characters",
            Protocol="HTTP",
            Port=80,
            VpcId="vpc-0a1b2c3d4e5f60718",
        )
        == "ValidationError"
    )


def test_paging_gives_each_exactly_once(aws):
    arns = [add_balancer(aws, f"shop-{number}") for number in range(5)]
    groups = [add_target_group(aws, f"group-{number}") for number in range(5)]
    for operation, key, arn, expected in (
        ("describe_load_balancers", "LoadBalancers", "LoadBalancerArn", arns),
        ("describe_target_groups", "TargetGroups", "TargetGroupArn", groups),
    ):
        paginator = aws.client("elbv2").get_paginator(operation)
        pages = list(paginator.paginate(PaginationConfig={"PageSize": 2}))
        assert sorted(item[arn] for page in pages for item in page[key]) == sorted(expected)
        # moto doesn't page everything that AWS pages.
        assert [len(page[key]) for page in pages] in ([2, 2, 1], [5])


def test_a_target_group_knows_the_balancer_that_forwards_to_it(aws):
    elbv2 = aws.client("elbv2")
    balancer = add_balancer(aws, "shop")
    group = add_target_group(aws, "shop-web", balancer)
    idle = add_target_group(aws, "shop-idle")
    (found,) = elbv2.describe_target_groups(LoadBalancerArn=balancer)["TargetGroups"]
    assert found["TargetGroupArn"] == group
    assert found["LoadBalancerArns"] == [balancer]
    assert (found["Protocol"], found["Port"], found["TargetType"]) == ("HTTP", 80, "instance")
    assert found["HealthCheckEnabled"] is True
    (other,) = elbv2.describe_target_groups(TargetGroupArns=[idle])["TargetGroups"]
    assert other["LoadBalancerArns"] == []
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    assert (listener["Port"], listener["Protocol"]) == (80, "HTTP")
    assert listener["DefaultActions"][0]["TargetGroupArn"] == group


def test_targets_are_registered_told_and_deregistered(aws):
    elbv2 = aws.client("elbv2")
    ids = launch(aws, 2)
    group = add_target_group(aws, "shop-web", add_balancer(aws, "shop"))
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": i} for i in ids])
    assert states(aws, group) == {(ids[0], 80): "healthy", (ids[1], 80): "healthy"}
    asked = [{"Id": ids[1], "Port": 80}]
    assert states(aws, group, Targets=asked) == {(ids[1], 80): "healthy"}
    elbv2.deregister_targets(TargetGroupArn=group, Targets=asked)
    # moto forgets at once what AWS lets drain.
    assert states(aws, group).get((ids[1], 80), "draining") == "draining"


def test_addresses_are_targets_too(aws):
    elbv2 = aws.client("elbv2")
    group = add_target_group(aws, "tasks", add_balancer(aws, "shop"), kind="ip")
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "172.31.0.9", "Port": 8080}])
    assert states(aws, group) == {("172.31.0.9", 8080): "healthy"}


def test_tags_are_told_for_many_at_once(aws):
    elbv2 = aws.client("elbv2")
    balancer = add_balancer(aws, "shop")
    group = add_target_group(aws, "shop-web")
    elbv2.add_tags(ResourceArns=[balancer, group], Tags=[{"Key": "Team", "Value": "日本 & <Co>"}])
    elbv2.add_tags(ResourceArns=[group], Tags=[{"Key": "Tier", "Value": "web"}])
    elbv2.remove_tags(ResourceArns=[group], TagKeys=["Team"])
    told = {
        d["ResourceArn"]: {t["Key"]: t["Value"] for t in d["Tags"]}
        for d in elbv2.describe_tags(ResourceArns=[balancer, group])["TagDescriptions"]
    }
    assert told == {balancer: {"Team": "日本 & <Co>"}, group: {"Tier": "web"}}


def test_a_target_group_in_use_stays(aws):
    elbv2 = aws.client("elbv2")
    balancer = add_balancer(aws, "shop")
    group = add_target_group(aws, "shop-web", balancer)
    assert code_of(elbv2.delete_target_group, TargetGroupArn=group) == "ResourceInUse"
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    elbv2.delete_listener(ListenerArn=listener["ListenerArn"])
    elbv2.delete_target_group(TargetGroupArn=group)
    elbv2.delete_load_balancer(LoadBalancerArn=balancer)
    assert elbv2.describe_load_balancers()["LoadBalancers"] == []
    assert elbv2.describe_target_groups()["TargetGroups"] == []


# --- where moto is not like AWS ---


@pytest.fixture
def simulated(simulator):
    return SimulatedAws(simulator)


def test_a_target_may_have_several_ports(simulated):
    elbv2 = simulated.client("elbv2")
    (instance,) = launch(simulated)
    group = add_target_group(simulated, "shop-web", add_balancer(simulated, "shop"))
    targets = [{"Id": instance}, {"Id": instance, "Port": 8080}]
    elbv2.register_targets(TargetGroupArn=group, Targets=targets)
    assert states(simulated, group) == {(instance, 80): "healthy", (instance, 8080): "healthy"}


def test_names_are_given_once(simulated):
    add_balancer(simulated, "shop")
    add_target_group(simulated, "shop-web")
    with pytest.raises(botocore.exceptions.ClientError, match="DuplicateLoadBalancerName"):
        add_balancer(simulated, "shop")
    with pytest.raises(botocore.exceptions.ClientError, match="DuplicateTargetGroupName"):
        add_target_group(simulated, "shop-web")


def test_limits_are_awss(simulated):
    elbv2 = simulated.client("elbv2")
    arns = [add_target_group(simulated, f"group-{number}") for number in range(21)]
    assert code_of(elbv2.describe_tags, ResourceArns=arns) == "ValidationError"
    assert code_of(elbv2.describe_tags, ResourceArns=[arns[0] + "x"]) == "TargetGroupNotFound"
    assert code_of(elbv2.describe_target_groups, TargetGroupArns=arns) == "ValidationError"
    pages = elbv2.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 10})
    assert [len(page["TargetGroups"]) for page in pages] == [10, 10, 1]


def test_a_sick_targets_reason_is_awss(simulated, simulator):
    elbv2 = simulated.client("elbv2")
    (instance,) = launch(simulated)
    group = add_target_group(simulated, "shop-web", add_balancer(simulated, "shop"))
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": instance}])

    def health():
        (told,) = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return told["TargetHealth"]["State"], told["TargetHealth"].get("Reason")

    assert health() == ("healthy", None)
    simulator.service_down(instance, "nginx")
    assert health() == ("unhealthy", "Target.ResponseCodeMismatch")
    simulator.relieve(instance)
    simulator.set_fault(instance, "ignore_everything")
    assert health() == ("unhealthy", "Target.Timeout")
    elbv2.deregister_targets(TargetGroupArn=group, Targets=[{"Id": instance}])
    assert health() == ("draining", "Target.DeregistrationInProgress")
