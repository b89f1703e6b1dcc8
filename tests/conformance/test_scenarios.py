# SPDX-License-Identifier: Apache-2.0
"""Scenarios, as clients of AWS see them: what a file says happens, when it says so."""

import subprocess

import botocore.exceptions
import pytest

from support.aws import make_client
from support.process import wait_for

FAST = ("--seed", "7", "--speed", "60", "--pending", "0s", "--registering", "0s")


@pytest.fixture
def play(start_simulator, tmp_path):
    """play(yaml, flags...) is a simulator in which that happens; a minute lasts a second."""

    def start(events, *flags):
        script = tmp_path / "scenario.yaml"
        script.write_text("events:\n" + events)
        return start_simulator(*FAST, *flags, "--script", script)

    return start


def error_of(call, **arguments):
    """The code of AWS's error, or none."""
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_aws_fails_when_the_scenario_says_so(play):
    simulator = play(
        "  - { at: 30s, aws_fault: { fault: server_error, service: ec2, calls: 3 } }\n"
        "  - at: 30s\n"
        "    aws_fault: { fault: throttle, operation: DescribeLoadBalancers }\n"
    )
    ec2, elb = make_client(simulator.url, "ec2"), make_client(simulator.url, "elb")
    wait_for(lambda: len(simulator.world()["aws_faults"]) == 2, "AWS fails")
    assert [error_of(ec2.describe_instances) for _ in range(4)] == ["InternalError"] * 3 + [None]
    assert error_of(elb.describe_load_balancers) == "Throttling"
    assert error_of(elb.describe_load_balancers) is None


def test_a_market_is_short_from_then_on(play):
    simulator = play("  - { at: 30s, shortage: { market: on-demand }, for: 7d }\n")
    ec2 = make_client(simulator.url, "ec2")
    wanted = {"ImageId": "ami-12345678", "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    wait_for(
        lambda: error_of(ec2.run_instances, **wanted) == "InsufficientInstanceCapacity",
        "on-demand capacity being gone",
    )


def test_clients_are_throttled_from_then_on(play):
    simulator = play("  - { at: 30s, throttling: 'ec2=1/0.00001', for: 7d }\n")
    ec2 = make_client(simulator.url, "ec2")
    wait_for(lambda: error_of(ec2.describe_instances) == "RequestLimitExceeded", "throttling")


def test_spot_prices_rise_when_the_scenario_says_so(play):
    simulator = play("  - { at: 30s, spot_price: { type: c6i.large, times: 1000 } }\n")
    ec2 = make_client(simulator.url, "ec2")

    def prices():
        answer = ec2.describe_spot_price_history(
            InstanceTypes=["c6i.large"], AvailabilityZone="ap-northeast-1a"
        )
        return [float(price["SpotPrice"]) for price in answer["SpotPriceHistory"]]

    usual = max(prices()[1:])
    # The newest comes first; on demand is the most that spot ever costs.
    wait_for(lambda: prices()[0] > 1.5 * usual, "the price rising")


def test_whatever_the_control_api_can_a_scenario_can(play):
    simulator = play(
        "  - { at: 10s, post: /sim/clusters, body: { name: late, instances: 2, kind: asg } }\n"
        "  - { at: 20s, post: /sim/zones, body: { name: example.org } }\n"
        "  - { at: 60s, cluster: late, happen: instance_refresh }\n"
    )
    autoscaling = make_client(simulator.url, "autoscaling")

    def refreshes():
        if error_of(autoscaling.describe_instance_refreshes, AutoScalingGroupName="late-asg"):
            return []
        answer = autoscaling.describe_instance_refreshes(AutoScalingGroupName="late-asg")
        return answer["InstanceRefreshes"]

    wait_for(lambda: len(refreshes()) == 1, "the refresh begins")
    zones = make_client(simulator.url, "route53").list_hosted_zones()["HostedZones"]
    assert [zone["Name"] for zone in zones] == ["example.org."]


def test_an_ecs_service_is_deployed_when_the_scenario_says_so(play):
    fleet = ("--clusters", "orders:2:ecs")
    simulator = play("  - { at: 30s, cluster: orders, happen: deploy }\n", *fleet)
    ecs = make_client(simulator.url, "ecs")

    def revision():
        (service,) = ecs.describe_services(cluster="orders", services=["orders"])["services"]
        return service["taskDefinition"].rsplit(":", 1)[1]

    wait_for(lambda: revision() == "2", "the new revision is deployed")


@pytest.mark.parametrize(
    "event, line, remedy",
    [
        ("  - at: 1s\n    shortage:\n      marked: spot\n", 4, "there are type, zone, market"),
        ("  - { at: 1s, aws_fault: { fault: explode } }\n", 2, "throttle"),
        ("  - { at: 1s, post: /zones }\n", 2, "/sim/zones"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(bin_dir, tmp_path, event, line, remedy):
    script = tmp_path / "wrong.yaml"
    script.write_text("events:\n" + event)
    argv = [bin_dir / "livesonic-sim", "serve", "--script", script]
    answer = subprocess.run(argv, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 2
    assert f"line {line}:" in answer.stderr
    assert remedy in answer.stderr
