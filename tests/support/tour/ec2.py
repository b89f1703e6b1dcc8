# SPDX-License-Identifier: Apache-2.0
"""EC2: instances, launching them in each way there is, and the spot market."""

import datetime

from support.aws import REGION
from support.fleets import IMAGE

UNKNOWN = "i-0123456789abcdef0"


def launch(tour, count=1, **details):
    """Unnoted, and waited for: ids of instances that run."""
    wanted = {"ImageId": IMAGE, "MinCount": count, "MaxCount": count, "InstanceType": "t3.medium"}
    answer = tour.do("ec2", "RunInstances", **wanted, **details)
    ids = [one["InstanceId"] for one in answer["Instances"]]
    wait_for_state(tour, ids, "running")
    return ids


def instances_of(answer):
    return [one for reservation in answer["Reservations"] for one in reservation["Instances"]]


def wait_for_state(tour, ids, state):
    def settled():
        found = instances_of(tour.peek("ec2", "DescribeInstances", InstanceIds=ids))
        return {one["State"]["Name"] for one in found} == {state}

    tour.wait(settled, f"instances {state}")


def instances(tour):
    ask = tour.ask
    tags = [{"Key": "Name", "Value": "web-1"}, {"Key": "Team", "Value": "日本"}]
    launched = ask(
        "ec2",
        "RunInstances",
        ImageId=IMAGE,
        MinCount=2,
        MaxCount=2,
        InstanceType="c6i.large",
        Placement={"AvailabilityZone": f"{REGION}c"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )
    first, second = [one["InstanceId"] for one in launched["Instances"]]
    wait_for_state(tour, [first, second], "running")
    ask("ec2", "CreateTags", Resources=[first], Tags=[{"Key": "Role", "Value": "web"}])
    ask("ec2", "DescribeInstances", InstanceIds=[first, second])
    ask("ec2", "DescribeInstances", Filters=[{"Name": "tag:Role", "Values": ["we*"]}])
    stopped = [{"Name": "instance-state-name", "Values": ["stopped"]}]
    ask("ec2", "DescribeInstances", Filters=stopped)
    ask("ec2", "DescribeInstanceStatus", InstanceIds=[first])
    ask("ec2", "DescribeInstanceStatus", IncludeAllInstances=True)
    ask("ec2", "GetConsoleOutput", InstanceId=first)
    ask("ec2", "RebootInstances", InstanceIds=[first])
    ask("ec2", "StopInstances", InstanceIds=[second])
    wait_for_state(tour, [second], "stopped")
    ask("ec2", "DescribeInstances", InstanceIds=[second])
    ask("ec2", "StartInstances", InstanceIds=[second])
    wait_for_state(tour, [second], "running")
    ask("ec2", "TerminateInstances", InstanceIds=[first])
    wait_for_state(tour, [first], "terminated")
    ask("ec2", "DescribeInstances", InstanceIds=[first])

    missing = "InvalidInstanceID.NotFound"
    for verb in ("Describe", "Stop", "Start", "Terminate", "Reboot"):
        ask("ec2", f"{verb}Instances", fails=missing, InstanceIds=[UNKNOWN])
    ask("ec2", "GetConsoleOutput", fails=missing, InstanceId=UNKNOWN)
    ask("ec2", "DescribeInstances", fails="InvalidInstanceID.Malformed", InstanceIds=["web-1"])


def launches(tour):
    ask = tour.ask
    made = ask(
        "ec2",
        "CreateLaunchTemplate",
        LaunchTemplateName="tour",
        LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "m6i.large"},
    )
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    ask(
        "ec2",
        "CreateLaunchTemplateVersion",
        LaunchTemplateId=template,
        LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "c6i.large"},
    )
    ask("ec2", "DescribeLaunchTemplates", LaunchTemplateIds=[template])
    ask("ec2", "DescribeLaunchTemplateVersions", LaunchTemplateId=template)
    ask("ec2", "DescribeLaunchTemplateVersions", LaunchTemplateId=template, Versions=["$Latest"])
    ask(
        "ec2",
        "CreateLaunchTemplate",
        fails="InvalidLaunchTemplateName.AlreadyExistsException",
        LaunchTemplateName="tour",
        LaunchTemplateData={"ImageId": IMAGE},
    )
    ask(
        "ec2",
        "DescribeLaunchTemplates",
        fails="InvalidLaunchTemplateName.NotFoundException",
        LaunchTemplateNames=["none"],
    )
    config = {
        "LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "1"},
        "Overrides": [{"InstanceType": "c6i.large"}, {"InstanceType": "m6i.large"}],
    }
    ask(
        "ec2",
        "CreateFleet",
        Type="instant",
        LaunchTemplateConfigs=[config],
        OnDemandOptions={"AllocationStrategy": "lowest-price"},
        SpotOptions={"AllocationStrategy": "lowest-price"},
        TargetCapacitySpecification={
            "TotalTargetCapacity": 3,
            "OnDemandTargetCapacity": 2,
            "SpotTargetCapacity": 1,
            "DefaultTargetCapacityType": "on-demand",
        },
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Team", "Value": "red"}]}],
    )
    ask("ec2", "DescribeInstanceTypes", InstanceTypes=["c6i.large", "t3.medium"])
    c6i = [{"Name": "instance-type", "Values": ["c6i.large"]}]
    ask("ec2", "DescribeInstanceTypes", Filters=c6i)
    ask("ec2", "DescribeInstanceTypes", fails="InvalidInstanceType", InstanceTypes=["x0.none"])
    ask("ec2", "DescribeInstanceTypeOfferings", LocationType="availability-zone", Filters=c6i)
    ask("ec2", "DescribeInstanceTypeOfferings", Filters=c6i)


def spot(tour):
    launch(tour, InstanceMarketOptions={"MarketType": "spot"})
    tour.ask("ec2", "DescribeSpotInstanceRequests")
    now = datetime.datetime.now(datetime.UTC)
    tour.ask(
        "ec2",
        "DescribeSpotPriceHistory",
        InstanceTypes=["c6i.large"],
        ProductDescriptions=["Linux/UNIX"],
        StartTime=now - datetime.timedelta(hours=1),
    )
