# SPDX-License-Identifier: Apache-2.0
"""What the simulator does beyond moto: faults, life cycles, access control, awscli."""

import json
import pathlib
import subprocess
import sys
import time

import botocore.exceptions
import pytest
import requests

from support.aws import make_client

UNKNOWN_ID = "i-0123456789abcdef0"
OTHER_UNKNOWN_ID = "i-0fedcba9876543210"


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def instances_of(answer):
    return [i for reservation in answer["Reservations"] for i in reservation["Instances"]]


# --- life cycle ---


def state_of(simulator, instance_id):
    ec2 = make_client(simulator.url, "ec2")
    (instance,) = instances_of(ec2.describe_instances(InstanceIds=[instance_id]))
    return instance["State"]["Name"]


@pytest.mark.parametrize(
    "pace, state, health, reason",
    [
        (("--pending", "1h"), "pending", "OutOfService", "ELB"),
        (("--pending", "0s", "--registering", "1h"), "running", "OutOfService", "ELB"),
        (("--pending", "0s", "--registering", "0s"), "running", "InService", "N/A"),
    ],
)
def test_a_new_instance_is_pending_then_running_then_in_service(
    start_simulator, pace, state, health, reason
):
    simulator = start_simulator(*pace)
    (id_,) = simulator.add_load_balancer("web", 1)
    assert state_of(simulator, id_) == state
    elb = make_client(simulator.url, "elb")
    (found,) = elb.describe_instance_health(LoadBalancerName="web")["InstanceStates"]
    assert (found["State"], found["ReasonCode"]) == (health, reason)


@pytest.mark.parametrize(
    "pace, state",
    [(("--shutting-down", "1h"), "shutting-down"), (("--shutting-down", "0s"), "terminated")],
)
def test_a_retired_instance_leaves_the_balancer_at_once_and_ec2_step_by_step(
    start_simulator, pace, state
):
    simulator = start_simulator("--clusters", "web:3", *pace)
    (gone,) = simulator.scale("web-elb", -1)
    assert gone not in simulator.members("web-elb")
    assert state_of(simulator, gone) == state


def test_ec2_forgets_a_terminated_instance_in_the_end(start_simulator):
    simulator = start_simulator("--clusters", "web:3", "--remembered", "0s")
    (gone,) = simulator.scale("web-elb", -1)
    ec2 = make_client(simulator.url, "ec2")
    assert code_of(ec2.describe_instances, InstanceIds=[gone]) == "InvalidInstanceID.NotFound"


def test_spot_and_on_demand_are_told_apart(start_simulator):
    simulator = start_simulator("--clusters", "batch:20")
    ec2 = make_client(simulator.url, "ec2")
    told = {
        i["InstanceId"]: i.get("InstanceLifecycle", "on-demand")
        for i in instances_of(ec2.describe_instances())
    }
    assert told == {i["id"]: i["lifecycle"] for i in simulator.world()["instances"]}
    assert set(told.values()) == {"spot", "on-demand"}


def test_an_unwell_host_is_out_of_service(simulator):
    ids = simulator.add_load_balancer("web", 3)
    simulator.service_down(ids[0], "nginx")
    simulator.set_fault(ids[1], "ignore_everything")
    states = make_client(simulator.url, "elb").describe_instance_health(LoadBalancerName="web")
    assert [s["State"] for s in states["InstanceStates"]] == [
        "OutOfService",
        "OutOfService",
        "InService",
    ]
    simulator.relieve(ids[0])
    assert simulator.instance(ids[0])["in_service"]


def test_all_unknown_ids_are_named(simulator):
    ec2 = make_client(simulator.url, "ec2")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        ec2.describe_instances(InstanceIds=[UNKNOWN_ID, OTHER_UNKNOWN_ID])
    assert caught.value.response["Error"]["Message"] == (
        f"The instance IDs '{UNKNOWN_ID}, {OTHER_UNKNOWN_ID}' do not exist"
    )


def test_a_deregistered_instance_keeps_running(simulator):
    ids = simulator.add_load_balancer("web", 2)
    simulator.post(f"instances/{ids[0]}/deregister")
    assert simulator.members("web") == [ids[1]]
    (state,) = make_client(simulator.url, "elb").describe_instance_health(
        LoadBalancerName="web", Instances=[{"InstanceId": ids[0]}]
    )["InstanceStates"]
    assert state["Description"] == "Instance is not currently registered with the LoadBalancer."
    assert simulator.instance(ids[0])["state"] == "running"


# --- what is refused ---


def test_parameters_out_of_range_are_refused_with_awss_codes(simulator):
    ec2, route53 = make_client(simulator.url, "ec2"), make_client(simulator.url, "route53")
    assert code_of(ec2.describe_instances, InstanceIds=["web-1"]) == "InvalidInstanceID.Malformed"
    assert code_of(ec2.describe_instances, MaxResults=4) == "InvalidParameterValue"
    assert code_of(ec2.describe_instances, NextToken="x") == "InvalidPaginationToken"
    simulator.add_load_balancer("web", 1)
    wrong = [{"Name": "colour", "Values": ["red"]}]
    assert code_of(ec2.describe_instances, Filters=wrong) == "InvalidParameterValue"
    assert code_of(route53.list_hosted_zones, Marker="ZNONE") == "NoSuchHostedZone"
    assert code_of(ec2.describe_images) == "InvalidAction"


@pytest.mark.parametrize(
    "headers, status, code",
    [
        ({}, 403, "MissingAuthenticationToken"),
        ({"Authorization": "Basic Zm9vOmJhcg=="}, 400, "IncompleteSignature"),
        ({"Authorization": "AWS4-HMAC-SHA256 Credential=A/b"}, 400, "IncompleteSignature"),
    ],
)
def test_unsigned_requests_are_refused(simulator, headers, status, code):
    answer = requests.post(
        simulator.url, data={"Action": "DescribeLoadBalancers"}, headers=headers, timeout=5
    )
    assert answer.status_code == status
    assert f"<Code>{code}</Code>" in answer.text


def test_only_the_configured_access_key_is_accepted(start_simulator):
    simulator = start_simulator("--access-key", "AKIAGOOD")
    good = {"aws_access_key_id": "AKIAGOOD", "aws_secret_access_key": "x"}
    bad = {"aws_access_key_id": "AKIABAD", "aws_secret_access_key": "x"}
    assert make_client(simulator.url, "ec2", **good).describe_instances()["Reservations"] == []
    assert code_of(make_client(simulator.url, "ec2", **bad).describe_instances) == "AuthFailure"
    for service, call in (("elb", "describe_load_balancers"), ("route53", "list_hosted_zones")):
        client = make_client(simulator.url, service, **bad)
        assert code_of(getattr(client, call)) == "InvalidClientTokenId"


def test_the_control_api_says_what_is_wrong_with_a_request(simulator):
    (id_,) = simulator.add_load_balancer("web", 1)
    for path, body, status, words in (
        ("load-balancers", {"name": "a b"}, 400, "no load balancer name"),
        ("load-balancers", {"name": "web"}, 409, "exists already"),
        ("load-balancers", {}, 400, "'name' must be a text"),
        ("load-balancers/web/scale", {"by": -2}, 400, "has 1"),
        ("load-balancers/none/scale", {"by": 1}, 404, "none"),
        (f"instances/{id_}/score", {"score": 0}, 400, "1 to 100"),
        (f"instances/{id_}/score", {"score": 9, "seconds": -1}, 400, "seconds"),
        (f"instances/{id_}/fault", {"fault": "gremlins"}, 400, "refuse_connections"),
        (f"instances/{UNKNOWN_ID}/score", {"score": 9}, 404, UNKNOWN_ID),
        ("aws-faults", {"fault": "throttle", "calls": 0}, 400, "calls"),
        ("shortages", {"marked": "spot"}, 400, "there are type, zone, market"),
        (f"instances/{id_}/stop", {"seconds": 3}, 400, "unknown key 'seconds'"),
        ("nonsense", {}, 404, "docs/simulator.md"),
    ):
        answer = simulator.request("POST", path, **body)
        assert answer.status_code == status, path
        assert words in answer.json()["error"]["message"]
    not_json = requests.post(f"{simulator.url}/sim/load-balancers", data="{", timeout=5)
    assert not_json.status_code == 400


# --- injected faults ---


@pytest.mark.parametrize(
    "service, operation, code",
    [
        ("ec2", "describe_instances", "RequestLimitExceeded"),
        ("elb", "describe_load_balancers", "Throttling"),
        ("route53", "list_hosted_zones", "Throttling"),
    ],
)
def test_throttling_is_reported_and_passes(simulator, service, operation, code):
    simulator.aws_fault("throttle", calls=2)
    once = make_client(simulator.url, service)
    assert code_of(getattr(once, operation)) == code
    patient = make_client(simulator.url, service, retries=3)
    assert getattr(patient, operation)()["ResponseMetadata"]["RetryAttempts"] == 1


def test_who_asks_too_often_is_throttled_by_token_buckets(start_simulator):
    simulator = start_simulator("--throttling", "ec2:DescribeInstances=3/0,ssm=1/0")
    ec2, ssm = make_client(simulator.url, "ec2"), make_client(simulator.url, "ssm")
    for _ in range(3):
        ec2.describe_instances()
    assert code_of(ec2.describe_instances) == "RequestLimitExceeded"
    assert ec2.describe_instance_status()["InstanceStatuses"] == []
    ssm.describe_instance_information()
    assert code_of(ssm.describe_instance_information) == "ThrottlingException"
    simulator.post("throttling", buckets="off")
    ec2.describe_instances()
    refused = simulator.request("POST", "throttling", buckets="gentle")
    assert refused.status_code == 400


def test_a_fault_can_be_meant_for_one_operation(simulator):
    simulator.aws_fault("server_error", service="ec2", operation="DescribeInstances")
    make_client(simulator.url, "elb").describe_load_balancers()
    assert code_of(make_client(simulator.url, "ec2").describe_instances) == "InternalError"
    assert simulator.world()["aws_faults"] == []


def test_a_truncated_answer_is_no_xml(simulator):
    simulator.aws_fault("truncate")
    with pytest.raises(botocore.parsers.ResponseParserError):
        make_client(simulator.url, "ec2").describe_instances()


def test_a_hanging_call_is_answered_late(simulator):
    simulator.aws_fault("hang", seconds=0.5)
    before = time.monotonic()
    make_client(simulator.url, "elb").describe_load_balancers()
    assert time.monotonic() - before >= 0.5


def test_a_balancer_can_seem_empty_for_one_call(simulator):
    ids = simulator.add_load_balancer("web", 2)
    elb = make_client(simulator.url, "elb")

    def members():
        (balancer,) = elb.describe_load_balancers()["LoadBalancerDescriptions"]
        return [i["InstanceId"] for i in balancer["Instances"]]

    simulator.aws_fault("empty_balancer")
    assert members() == []
    assert members() == ids


# --- another client ---


def test_awscli_reads_the_same_world(start_simulator):
    simulator = start_simulator("--clusters", "web:3", "--zones", "2")
    aws = pathlib.Path(sys.executable).parent / "aws"

    def ask(*words):
        argv = [aws, "--endpoint-url", simulator.url, "--output", "json", *words]
        answer = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
        return json.loads(answer.stdout)

    (balancer,) = ask("elb", "describe-load-balancers")["LoadBalancerDescriptions"]
    ids = [i["InstanceId"] for i in balancer["Instances"]]
    assert ids == simulator.members("web-elb")
    assert len(ask("elb", "describe-instance-health", "--load-balancer-name", "web-elb")["InstanceStates"]) == 3
    assert len(instances_of(ask("ec2", "describe-instances", "--instance-ids", *ids))) == 3
    assert len(ask("route53", "list-hosted-zones")["HostedZones"]) == 2
