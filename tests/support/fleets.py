# SPDX-License-Identifier: Apache-2.0
"""Fleets as an operator makes them, by the same API calls in every AWS there is here."""

from support.aws import REGION, MotoAws
from support.process import wait_for

IMAGE = "ami-12c6146b"
ZONES = [f"{REGION}a", f"{REGION}c"]


def network_of(aws):
    """A VPC and two of its subnets. The simulator takes any: it has no network of its own."""
    if not isinstance(aws, MotoAws):
        return "vpc-0a1b2c3d4e5f60718", ["subnet-0a1b2c3d4e5f6071a", "subnet-0a1b2c3d4e5f6071c"]
    ec2 = aws.client("ec2")
    subnets = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    return subnets[0]["VpcId"], [s["SubnetId"] for s in subnets[:2]]


def launch(aws, count=1, **details):
    answer = aws.client("ec2").run_instances(
        ImageId=IMAGE, MinCount=count, MaxCount=count, InstanceType="t3.medium", **details
    )
    ids = [i["InstanceId"] for i in answer["Instances"]]
    states = aws.client("ec2").describe_instances

    def all_run():
        found = [i for r in states(InstanceIds=ids)["Reservations"] for i in r["Instances"]]
        return {i["State"]["Name"] for i in found} == {"running"}

    wait_for(all_run, "the launched instances running")
    return ids


def add_balancer(aws, name, kind="application"):
    _, subnets = network_of(aws)
    answer = aws.client("elbv2").create_load_balancer(
        Name=name, Subnets=subnets, Type=kind, Scheme="internet-facing"
    )
    return answer["LoadBalancers"][0]["LoadBalancerArn"]


def add_target_group(aws, name, balancer=None, kind="instance", protocol="HTTP"):
    """The ARN of a target group; `balancer` forwards to it."""
    vpc, _ = network_of(aws)
    elbv2 = aws.client("elbv2")
    answer = elbv2.create_target_group(
        Name=name, Protocol=protocol, Port=80, VpcId=vpc, TargetType=kind
    )
    arn = answer["TargetGroups"][0]["TargetGroupArn"]
    if balancer:
        elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol=protocol,
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
        )
    return arn


def add_template(aws, name, **data):
    data = {"ImageId": IMAGE, "InstanceType": "t3.medium", **data}
    answer = aws.client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
    return answer["LaunchTemplate"]["LaunchTemplateId"]


def add_group(aws, name, desired=3, **details):
    add_template(aws, f"{name}-template")
    aws.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": f"{name}-template", "Version": "$Latest"},
        MinSize=1,
        MaxSize=10,
        DesiredCapacity=desired,
        AvailabilityZones=ZONES,
        **details,
    )
    return wait_for_members(aws, name, desired)


def members(aws, name):
    (group,) = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])[
        "AutoScalingGroups"
    ]
    return [i for i in group["Instances"] if i["LifecycleState"] == "InService"]


def wait_for_members(aws, name, count):
    """The ids of the group's members, once there are so many in service."""
    wait_for(lambda: len(members(aws, name)) == count, f"{name} having {count} members")
    return [i["InstanceId"] for i in members(aws, name)]
