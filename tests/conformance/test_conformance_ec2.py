# SPDX-License-Identifier: Apache-2.0
"""EC2's instances, templates and spot market: the same calls to moto and to the simulator."""

import datetime

import botocore.exceptions
import pytest

from support.aws import REGION, SimulatedAws
from support.fleets import IMAGE, add_template, launch
from support.process import wait_for


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def instance_of(aws, instance_id):
    (reservation,) = aws.client("ec2").describe_instances(InstanceIds=[instance_id])["Reservations"]
    return reservation["Instances"][0]


def await_state(aws, instance_id, state):
    wait_for(lambda: instance_of(aws, instance_id)["State"]["Name"] == state, f"being {state}")


def test_instances_are_launched_as_asked(aws):
    tags = [{"Key": "Name", "Value": "web-1"}, {"Key": "Team", "Value": "日本"}]
    answer = aws.client("ec2").run_instances(
        ImageId=IMAGE,
        MinCount=2,
        MaxCount=2,
        InstanceType="c6i.large",
        Placement={"AvailabilityZone": f"{REGION}c"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )
    assert len(answer["Instances"]) == 2
    found = instance_of(aws, answer["Instances"][0]["InstanceId"])
    assert found["InstanceType"] == "c6i.large"
    assert found["ImageId"] == IMAGE
    assert found["Placement"]["AvailabilityZone"] == f"{REGION}c"
    assert {t["Key"]: t["Value"] for t in found["Tags"]} == {"Name": "web-1", "Team": "日本"}


def test_an_instance_is_stopped_started_and_terminated(aws):
    ec2 = aws.client("ec2")
    (instance_id,) = launch(aws)
    (change,) = ec2.stop_instances(InstanceIds=[instance_id])["StoppingInstances"]
    assert change["PreviousState"] == {"Code": 16, "Name": "running"}
    await_state(aws, instance_id, "stopped")
    stopped = instance_of(aws, instance_id)
    assert stopped["State"]["Code"] == 80
    assert stopped["StateTransitionReason"].startswith("User initiated (")
    assert stopped["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    ec2.start_instances(InstanceIds=[instance_id])
    await_state(aws, instance_id, "running")
    (change,) = ec2.terminate_instances(InstanceIds=[instance_id])["TerminatingInstances"]
    assert change["InstanceId"] == instance_id
    await_state(aws, instance_id, "terminated")


def test_tags_are_added_later(aws):
    (instance_id,) = launch(aws)
    aws.client("ec2").create_tags(Resources=[instance_id], Tags=[{"Key": "Role", "Value": "web"}])
    assert {"Key": "Role", "Value": "web"} in instance_of(aws, instance_id)["Tags"]


def test_status_is_told_of_running_instances_only_unless_asked(aws):
    ec2 = aws.client("ec2")
    first, second = launch(aws, 2)
    ec2.stop_instances(InstanceIds=[second])
    await_state(aws, second, "stopped")
    (status,) = ec2.describe_instance_status()["InstanceStatuses"]
    assert status["InstanceId"] == first
    assert status["InstanceStatus"]["Status"] == "ok"
    assert status["SystemStatus"]["Status"] == "ok"
    assert status["InstanceState"] == {"Code": 16, "Name": "running"}
    everything = ec2.describe_instance_status(IncludeAllInstances=True)["InstanceStatuses"]
    assert {s["InstanceId"] for s in everything} == {first, second}


def test_templates_have_versions(aws):
    ec2 = aws.client("ec2")
    template = add_template(aws, "web-template")
    ec2.create_launch_template_version(
        LaunchTemplateId=template,
        LaunchTemplateData={"ImageId": "ami-0c3fd0f5d33134a76", "InstanceType": "c6i.large"},
    )
    (found,) = ec2.describe_launch_templates(LaunchTemplateNames=["web-template"])["LaunchTemplates"]
    assert found["LaunchTemplateId"] == template
    assert (found["DefaultVersionNumber"], found["LatestVersionNumber"]) == (1, 2)
    (latest,) = ec2.describe_launch_template_versions(
        LaunchTemplateId=template, Versions=["$Latest"]
    )["LaunchTemplateVersions"]
    assert latest["VersionNumber"] == 2
    assert latest["LaunchTemplateData"]["InstanceType"] == "c6i.large"
    assert latest["DefaultVersion"] is False
    assert code_of(
        ec2.create_launch_template,
        LaunchTemplateName="web-template",
        LaunchTemplateData={"ImageId": IMAGE},
    ) == "InvalidLaunchTemplateName.AlreadyExistsException"


def test_instances_come_from_templates(aws):
    add_template(aws, "web-template", InstanceType="c6i.large")
    answer = aws.client("ec2").run_instances(
        LaunchTemplate={"LaunchTemplateName": "web-template"}, MinCount=1, MaxCount=1
    )
    found = instance_of(aws, answer["Instances"][0]["InstanceId"])
    assert found["InstanceType"] == "c6i.large"


def test_the_caller_is_told_who_it_is(aws):
    identity = aws.client("sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    assert identity["Arn"].startswith("arn:aws:")


def test_a_role_is_taken_on_for_a_while(aws):
    answer = aws.client("sts").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/watcher", RoleSessionName="livesonic"
    )
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert answer["Credentials"]["Expiration"] > datetime.datetime.now(datetime.UTC)
    assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/watcher/livesonic")


# --- what moto doesn't have ---


@pytest.fixture
def simulated(simulator):
    return SimulatedAws(simulator)


def launch_spot(aws):
    return launch(aws, InstanceMarketOptions={"MarketType": "spot"})[0]


def request_of(aws, instance_id):
    (request,) = aws.client("ec2").describe_spot_instance_requests(
        Filters=[{"Name": "instance-id", "Values": [instance_id]}]
    )["SpotInstanceRequests"]
    return request


def test_a_spot_request_says_what_becomes_of_its_instance(start_simulator):
    simulator = start_simulator("--speed", "1000", "--shutting-down", "0s")
    aws = SimulatedAws(simulator)
    instance_id = launch_spot(aws)
    assert request_of(aws, instance_id)["Status"]["Code"] == "fulfilled"
    simulator.post(f"instances/{instance_id}/interrupt")
    await_state(aws, instance_id, "terminated")
    gone = instance_of(aws, instance_id)
    assert gone["StateReason"]["Code"] == "Server.SpotInstanceTermination"
    assert gone["StateTransitionReason"].startswith("Service initiated (")
    request = request_of(aws, instance_id)
    assert request["Status"]["Code"] == "instance-terminated-no-capacity"
    assert request["State"] == "closed"
    assert gone["SpotInstanceRequestId"] == request["SpotInstanceRequestId"]


def test_an_interruption_is_announced(simulated, simulator):
    instance_id = launch_spot(simulated)
    simulator.post(f"instances/{instance_id}/interrupt")
    assert request_of(simulated, instance_id)["Status"]["Code"] == "marked-for-termination"


def test_no_instance_costs_more_than_its_maximum(simulated, simulator):
    ec2 = simulated.client("ec2")

    def wanted(max_price):
        return {
            "ImageId": IMAGE,
            "InstanceType": "c6i.large",
            "MinCount": 1,
            "MaxCount": 1,
            "InstanceMarketOptions": {
                "MarketType": "spot",
                "SpotOptions": {"MaxPrice": max_price},
            },
        }

    assert code_of(ec2.run_instances, **wanted("0.001")) == "SpotMaxPriceTooLow"
    (instance,) = ec2.run_instances(**wanted("0.09"))["Instances"]
    assert float(request_of(simulated, instance["InstanceId"])["SpotPrice"]) == 0.09
    simulator.post("spot-prices", times=100)
    code = request_of(simulated, instance["InstanceId"])["Status"]["Code"]
    assert code == "marked-for-termination"


def test_spot_prices_have_a_history(simulated):
    now = datetime.datetime.now(datetime.UTC)
    prices = simulated.client("ec2").describe_spot_price_history(
        InstanceTypes=["c6i.large"],
        ProductDescriptions=["Linux/UNIX"],
        StartTime=now - datetime.timedelta(days=2),
        EndTime=now,
    )["SpotPriceHistory"]
    assert {p["AvailabilityZone"] for p in prices} == {f"{REGION}{z}" for z in "acd"}
    assert all(0.02 < float(p["SpotPrice"]) < 0.107 for p in prices)
    times = [p["Timestamp"] for p in prices]
    assert times == sorted(times, reverse=True)
    assert len(prices) >= 3 * 8


def test_there_may_be_no_capacity(simulated, simulator):
    ec2 = simulated.client("ec2")
    simulator.post("shortages", type="c6i.large", zone=f"{REGION}a")
    wanted = {"ImageId": IMAGE, "MinCount": 1, "MaxCount": 1, "InstanceType": "c6i.large"}
    assert code_of(ec2.run_instances, **wanted) == "InsufficientInstanceCapacity"
    elsewhere = {"AvailabilityZone": f"{REGION}c"}
    assert ec2.run_instances(**wanted, Placement=elsewhere)["Instances"]
    simulator.post("shortages", type="c6i.large", zone=f"{REGION}a", over=True)
    assert ec2.run_instances(**wanted)["Instances"]


def test_as_many_are_launched_as_there_are_unless_too_few(simulated, simulator):
    ec2 = simulated.client("ec2")
    simulator.post("shortages", type="c6i.large", left=3)
    wanted = {"ImageId": IMAGE, "InstanceType": "c6i.large"}
    assert len(ec2.run_instances(**wanted, MinCount=1, MaxCount=2)["Instances"]) == 2
    assert code_of(ec2.run_instances, **wanted, MinCount=2, MaxCount=5) == "InsufficientInstanceCapacity"
    assert len(ec2.run_instances(**wanted, MinCount=1, MaxCount=5)["Instances"]) == 1


def test_a_fleet_takes_what_there_is_and_says_what_there_was_not(simulated, simulator):
    ec2 = simulated.client("ec2")
    template = add_template(simulated, "web-template")
    simulator.post("shortages", market="spot", left=1)
    wanted = {
        "Type": "instant",
        "ClientToken": "once",
        "LaunchTemplateConfigs": [
            {
                "LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "$Latest"},
                "Overrides": [
                    {"InstanceType": kind, "AvailabilityZone": f"{REGION}{zone}"}
                    for kind in ("c6i.large", "m6i.large")
                    for zone in "ac"
                ],
            }
        ],
        "TargetCapacitySpecification": {
            "TotalTargetCapacity": 5,
            "SpotTargetCapacity": 3,
            "OnDemandTargetCapacity": 2,
            "DefaultTargetCapacityType": "spot",
        },
    }
    answer = ec2.create_fleet(**wanted)
    launched = {"spot": 0, "on-demand": 0}
    for one in answer["Instances"]:
        launched[one["Lifecycle"]] += len(one["InstanceIds"])
    assert launched == {"spot": 1, "on-demand": 2}
    assert {e["ErrorCode"] for e in answer["Errors"]} == {"InsufficientInstanceCapacity"}
    assert {e["Lifecycle"] for e in answer["Errors"]} == {"spot"}
    assert ec2.create_fleet(**wanted)["FleetId"] == answer["FleetId"]
    running = [i for r in ec2.describe_instances()["Reservations"] for i in r["Instances"]]
    assert len(running) == 3


def test_templates_and_types_come_page_by_page(simulated):
    ec2 = simulated.client("ec2")
    names = [f"template-{number}" for number in range(5)]
    for name in names:
        add_template(simulated, name)
    for operation, key, name, size in (
        ("describe_launch_templates", "LaunchTemplates", "LaunchTemplateName", 2),
        ("describe_instance_types", "InstanceTypes", "InstanceType", 5),
        ("describe_instance_type_offerings", "InstanceTypeOfferings", "InstanceType", 5),
    ):
        pages = list(ec2.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}))
        found = [one[name] for page in pages for one in page[key]]
        assert len(pages) == -(-len(found) // size) > 1
        assert len(found) == len(set(found))
    assert code_of(ec2.describe_instance_types, NextToken="x") == "InvalidNextToken"


def test_a_new_instance_is_unknown_for_a_moment(start_simulator):
    simulator = start_simulator("--hidden", "1h")
    aws = SimulatedAws(simulator)
    answer = aws.client("ec2").run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)
    instance_id = answer["Instances"][0]["InstanceId"]
    assert (
        code_of(aws.client("ec2").describe_instances, InstanceIds=[instance_id])
        == "InvalidInstanceID.NotFound"
    )
    assert aws.client("ec2").describe_instances()["Reservations"] == []


def test_a_balancer_may_list_a_terminated_instance(start_simulator):
    simulator = start_simulator("--clusters", "web:2", "--lingering", "1h", "--shutting-down", "0s")
    aws = SimulatedAws(simulator)
    gone = simulator.members("web-elb")[0]
    aws.client("ec2").terminate_instances(InstanceIds=[gone])
    assert gone in simulator.members("web-elb")
    health = aws.client("elb").describe_instance_health(LoadBalancerName="web-elb")["InstanceStates"]
    assert {h["InstanceId"]: h["State"] for h in health}[gone] == "OutOfService"


def test_maintenance_is_announced(simulated, simulator):
    (instance_id,) = launch(simulated)
    simulator.post(f"instances/{instance_id}/schedule", code="instance-retirement", in_hours=48)
    (status,) = simulated.client("ec2").describe_instance_status(InstanceIds=[instance_id])[
        "InstanceStatuses"
    ]
    (event,) = status["Events"]
    assert event["Code"] == "instance-retirement"
    assert event["NotBefore"] > datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=47)


def test_a_failing_status_check_is_told(simulated, simulator):
    (instance_id,) = launch(simulated)
    simulator.post(f"instances/{instance_id}/impair")
    (status,) = simulated.client("ec2").describe_instance_status()["InstanceStatuses"]
    assert status["InstanceStatus"]["Status"] == "impaired"
    assert status["SystemStatus"]["Status"] == "ok"
