# SPDX-License-Identifier: Apache-2.0
"""What clients must live with on AWS: pages and their tokens, limits, answers that come in half or
not in time, and time that runs a thousand times faster."""

import boto3
import botocore.config
import botocore.exceptions
import jmespath
import pytest

from support.aws import REGION, make_client
from support.process import wait_for

FAST = ("--pending", "0s", "--registering", "0s")


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


@pytest.fixture
def fleet(start_simulator):
    """A simulator with some of everything."""
    return start_simulator(*FAST, "--clusters", "web:12,shop:6:asg,orders:6:ecs", "--zones", "5")


@pytest.mark.parametrize(
    "service, operation, arguments, size, result",
    [
        ("ec2", "describe_instances", {}, 5, "Reservations[].Instances[].InstanceId"),
        ("ec2", "describe_instance_status", {}, 5, "InstanceStatuses[].InstanceId"),
        (
            "autoscaling",
            "describe_auto_scaling_instances",
            {},
            2,
            "AutoScalingInstances[].InstanceId",
        ),
        (
            "autoscaling",
            "describe_scaling_activities",
            {"AutoScalingGroupName": "shop-asg"},
            2,
            "Activities[].ActivityId",
        ),
        ("ecs", "list_tasks", {"cluster": "orders"}, 5, "taskArns[]"),
        ("ecs", "list_container_instances", {"cluster": "orders"}, 2, "containerInstanceArns[]"),
        ("route53", "list_hosted_zones", {}, 2, "HostedZones[].Id"),
        ("ssm", "describe_instance_information", {}, 5, "InstanceInformationList[].InstanceId"),
        ("pricing", "get_products", {"ServiceCode": "AmazonEC2"}, 7, "PriceList[]"),
    ],
)
def test_all_pages_together_are_the_whole_and_nothing_twice(
    fleet, service, operation, arguments, size, result
):
    paginator = make_client(fleet.url, service).get_paginator(operation)
    whole = list(paginator.paginate(**arguments).search(result))
    pages = list(paginator.paginate(**arguments, PaginationConfig={"PageSize": size}))
    assert [one for page in pages for one in jmespath.search(result, page)] == whole
    assert len(whole) == len(set(whole))
    assert len(pages) == -(-len(whole) // size) > 1


@pytest.mark.parametrize(
    "service, operation, arguments, code",
    [
        ("ec2", "describe_instances", {"NextToken": "made up"}, "InvalidPaginationToken"),
        ("ec2", "describe_launch_templates", {"NextToken": "made up"}, "InvalidNextToken"),
        ("autoscaling", "describe_auto_scaling_groups", {"NextToken": "x"}, "InvalidNextToken"),
        ("ecs", "list_tasks", {"cluster": "orders", "nextToken": "x"}, "InvalidParameterException"),
        ("ssm", "describe_instance_information", {"NextToken": "made up"}, "InvalidNextToken"),
        ("ecs", "list_clusters", {"maxResults": 101}, "InvalidParameterException"),
        (
            "ecs",
            "describe_services",
            {"cluster": "orders", "services": ["orders"] * 11},
            "InvalidParameterException",
        ),
    ],
)
def test_tokens_that_aws_never_gave_and_too_much_at_once_are_refused(
    fleet, service, operation, arguments, code
):
    assert code_of(getattr(make_client(fleet.url, service), operation), **arguments) == code


def test_half_an_answer_is_no_json(fleet):
    fleet.aws_fault("truncate", service="ecs")
    # botocore takes what is no JSON for an answer that says nothing.
    assert "clusterArns" not in make_client(fleet.url, "ecs").list_clusters()
    assert make_client(fleet.url, "ecs").list_clusters()["clusterArns"]


def test_a_client_that_waits_no_longer_gets_its_answer_by_asking_again(fleet):
    fleet.aws_fault("hang", service="ec2", seconds=3600)
    config = botocore.config.Config(read_timeout=0.5, retries={"total_max_attempts": 1})
    hasty = boto3.client("ec2", endpoint_url=fleet.url, region_name=REGION, config=config)
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        hasty.describe_instances()
    assert make_client(fleet.url, "ec2").describe_instances()["Reservations"]


def test_a_new_instance_is_known_after_a_moment(start_simulator):
    simulator = start_simulator("--hidden", "10m", "--speed", "600")
    ec2 = make_client(simulator.url, "ec2")
    launched = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
    instance_id = launched["Instances"][0]["InstanceId"]

    def known():
        found = ec2.describe_instances()["Reservations"]
        return [i["InstanceId"] for r in found for i in r["Instances"]] == [instance_id]

    wait_for(known, "EC2 learning of the instance")


def test_a_balancer_learns_late_that_an_instance_ended(start_simulator):
    late = ("--lingering", "1h", "--speed", "1000")
    simulator = start_simulator(*FAST, "--clusters", "web:2", *late)
    gone = simulator.members("web-elb")[0]
    simulator.terminate(gone)
    wait_for(lambda: gone not in simulator.members("web-elb"), "the balancer learning of it")


def test_a_group_replaces_an_instance_at_a_thousand_times_the_speed(start_simulator):
    simulator = start_simulator("--clusters", "shop:3:asg", "--speed", "1000")
    autoscaling = make_client(simulator.url, "autoscaling")

    def members():
        (group,) = autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        return {i["InstanceId"] for i in group["Instances"] if i["LifecycleState"] == "InService"}

    before = members()
    assert len(before) == 3
    gone = min(before)
    autoscaling.terminate_instance_in_auto_scaling_group(
        InstanceId=gone, ShouldDecrementDesiredCapacity=False
    )
    wait_for(lambda: len(members()) == 3 and gone not in members(), "a replacement in service")
