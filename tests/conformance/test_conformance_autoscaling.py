# SPDX-License-Identifier: Apache-2.0
"""Auto Scaling: the same calls to moto and to the simulator."""

import botocore.exceptions
import pytest

from support.aws import REGION, SimulatedAws
from support.fleets import add_balancer, add_group, add_target_group, members, wait_for_members
from support.process import wait_for


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def group_of(aws, name):
    answer = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    return answer["AutoScalingGroups"][0]


def add_classic(aws, name):
    aws.client("elb").create_load_balancer(
        LoadBalancerName=name,
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=[f"{REGION}a"],
    )


def served(aws, name):
    answer = aws.client("elb").describe_load_balancers(LoadBalancerNames=[name])
    return {i["InstanceId"] for i in answer["LoadBalancerDescriptions"][0]["Instances"]}


def test_a_group_launches_what_is_desired(aws):
    ids = add_group(aws, "web", 3)
    group = group_of(aws, "web")
    assert (group["MinSize"], group["MaxSize"], group["DesiredCapacity"]) == (1, 10, 3)
    assert group["HealthCheckType"] == "EC2"
    assert group["LaunchTemplate"]["LaunchTemplateName"] == "web-template"
    assert "autoScalingGroupName/web" in group["AutoScalingGroupARN"]
    for member in group["Instances"]:
        assert member["LifecycleState"] == "InService"
        assert member["HealthStatus"] == "Healthy"
        assert member["ProtectedFromScaleIn"] is False
        assert member["AvailabilityZone"].startswith(REGION)
    instances = aws.client("autoscaling").describe_auto_scaling_instances(InstanceIds=ids)
    assert {i["AutoScalingGroupName"] for i in instances["AutoScalingInstances"]} == {"web"}
    (reservation, *_) = aws.client("ec2").describe_instances(InstanceIds=ids[:1])["Reservations"]
    tags = {t["Key"]: t["Value"] for t in reservation["Instances"][0]["Tags"]}
    assert tags["aws:autoscaling:groupName"] == "web"


def test_an_unknown_group_is_left_out(aws):
    answer = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=["none"])
    assert answer["AutoScalingGroups"] == []


def test_paging_through_groups_gives_each_exactly_once(aws):
    for number in range(5):
        add_group(aws, f"group-{number}", 1)
    paginator = aws.client("autoscaling").get_paginator("describe_auto_scaling_groups")
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 2}))
    names = [g["AutoScalingGroupName"] for page in pages for g in page["AutoScalingGroups"]]
    assert sorted(names) == [f"group-{number}" for number in range(5)]
    assert len(pages) == 3


def test_a_group_stands_behind_its_balancers(aws):
    add_classic(aws, "web-elb")
    targets = add_target_group(aws, "web-tg", add_balancer(aws, "web-alb"))
    ids = add_group(aws, "web", 2, LoadBalancerNames=["web-elb"], TargetGroupARNs=[targets])
    assert served(aws, "web-elb") == set(ids)
    health = aws.client("elbv2").describe_target_health(TargetGroupArn=targets)
    assert {d["Target"]["Id"] for d in health["TargetHealthDescriptions"]} == set(ids)


def test_capacity_is_set_and_followed(aws):
    add_classic(aws, "web-elb")
    add_group(aws, "web", 2, LoadBalancerNames=["web-elb"])
    autoscaling = aws.client("autoscaling")
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=4)
    assert served(aws, "web-elb") == set(wait_for_members(aws, "web", 4))
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    left = wait_for_members(aws, "web", 1)
    wait_for(lambda: served(aws, "web-elb") == set(left), "the balancer serving what is left")


def test_bounds_move_what_is_desired(aws):
    add_group(aws, "web", 2)
    aws.client("autoscaling").update_auto_scaling_group(AutoScalingGroupName="web", MinSize=3, MaxSize=5)
    wait_for_members(aws, "web", 3)
    assert group_of(aws, "web")["MaxSize"] == 5


@pytest.mark.parametrize("decrement, left", [(True, 2), (False, 3)])
def test_an_instance_is_terminated_and_replaced_or_not(aws, decrement, left):
    ids = add_group(aws, "web", 3)
    answer = aws.client("autoscaling").terminate_instance_in_auto_scaling_group(
        InstanceId=ids[0], ShouldDecrementDesiredCapacity=decrement
    )
    assert answer["Activity"]["StatusCode"]
    wait_for(
        lambda: ids[0] not in {i["InstanceId"] for i in members(aws, "web")}
        and len(members(aws, "web")) == left,
        "the group settling",
    )


def test_standby_and_back(aws):
    ids = add_group(aws, "web", 2)
    autoscaling = aws.client("autoscaling")
    answer = autoscaling.enter_standby(
        AutoScalingGroupName="web", InstanceIds=ids[:1], ShouldDecrementDesiredCapacity=True
    )
    assert len(answer["Activities"]) == 1
    states = {i["InstanceId"]: i["LifecycleState"] for i in group_of(aws, "web")["Instances"]}
    assert states == {ids[0]: "Standby", ids[1]: "InService"}
    assert group_of(aws, "web")["DesiredCapacity"] == 1
    autoscaling.exit_standby(AutoScalingGroupName="web", InstanceIds=ids[:1])
    assert set(wait_for_members(aws, "web", 2)) == set(ids)


def test_a_detached_instance_lives_on(aws):
    ids = add_group(aws, "web", 2)
    autoscaling = aws.client("autoscaling")
    autoscaling.detach_instances(
        AutoScalingGroupName="web", InstanceIds=ids[:1], ShouldDecrementDesiredCapacity=True
    )
    assert wait_for_members(aws, "web", 1) == ids[1:]
    (reservation,) = aws.client("ec2").describe_instances(InstanceIds=ids[:1])["Reservations"]
    assert reservation["Instances"][0]["State"]["Name"] == "running"
    autoscaling.attach_instances(AutoScalingGroupName="web", InstanceIds=ids[:1])
    assert set(wait_for_members(aws, "web", 2)) == set(ids)


def test_protection_is_told(aws):
    ids = add_group(aws, "web", 2)
    aws.client("autoscaling").set_instance_protection(
        AutoScalingGroupName="web", InstanceIds=ids[:1], ProtectedFromScaleIn=True
    )
    told = {i["InstanceId"]: i["ProtectedFromScaleIn"] for i in group_of(aws, "web")["Instances"]}
    assert told == {ids[0]: True, ids[1]: False}


def test_processes_are_suspended_and_resumed(aws):
    add_group(aws, "web", 1)
    autoscaling = aws.client("autoscaling")
    autoscaling.suspend_processes(AutoScalingGroupName="web", ScalingProcesses=["Launch", "Terminate"])
    suspended = {p["ProcessName"] for p in group_of(aws, "web")["SuspendedProcesses"]}
    assert suspended == {"Launch", "Terminate"}
    autoscaling.resume_processes(AutoScalingGroupName="web", ScalingProcesses=["Launch", "Terminate"])
    assert group_of(aws, "web")["SuspendedProcesses"] == []


def test_target_groups_and_balancers_come_and_go(aws):
    add_classic(aws, "web-elb")
    targets = add_target_group(aws, "web-tg", add_balancer(aws, "web-alb"))
    add_group(aws, "web", 1)
    autoscaling = aws.client("autoscaling")
    name = {"AutoScalingGroupName": "web"}
    autoscaling.attach_load_balancer_target_groups(**name, TargetGroupARNs=[targets])
    autoscaling.attach_load_balancers(**name, LoadBalancerNames=["web-elb"])
    assert group_of(aws, "web")["TargetGroupARNs"] == [targets]
    assert group_of(aws, "web")["LoadBalancerNames"] == ["web-elb"]
    autoscaling.detach_load_balancer_target_groups(**name, TargetGroupARNs=[targets])
    autoscaling.detach_load_balancers(**name, LoadBalancerNames=["web-elb"])
    assert group_of(aws, "web")["TargetGroupARNs"] == []
    assert group_of(aws, "web")["LoadBalancerNames"] == []


def test_a_deleted_group_is_gone(aws):
    add_group(aws, "web", 1)
    autoscaling = aws.client("autoscaling")
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName="web", ForceDelete=True)
    wait_for(
        lambda: not autoscaling.describe_auto_scaling_groups()["AutoScalingGroups"], "no group left"
    )


# --- what moto doesn't have ---


def test_activities_say_why_in_awss_words(simulator):
    aws = SimulatedAws(simulator)
    add_group(aws, "web", 2)
    autoscaling = aws.client("autoscaling")
    autoscaling.set_desired_capacity(AutoScalingGroupName="web", DesiredCapacity=1)
    wait_for_members(aws, "web", 1)
    activities = autoscaling.describe_scaling_activities(AutoScalingGroupName="web")["Activities"]
    assert len(activities) == 3
    assert activities[0]["Description"].startswith("Terminating EC2 instance: i-")
    assert "shrinking the capacity from 2 to 1" in activities[0]["Cause"]
    assert "increasing the capacity from 0 to 2" in activities[2]["Cause"]
    assert activities[2]["StatusCode"] == "Successful"


def test_a_refresh_replaces_all_members(simulator):
    aws = SimulatedAws(simulator)
    ids = add_group(aws, "web", 3)
    autoscaling = aws.client("autoscaling")
    refresh = autoscaling.start_instance_refresh(
        AutoScalingGroupName="web", Preferences={"MinHealthyPercentage": 50}
    )["InstanceRefreshId"]

    def told():
        (found,) = autoscaling.describe_instance_refreshes(AutoScalingGroupName="web")["InstanceRefreshes"]
        assert found["InstanceRefreshId"] == refresh
        return found

    wait_for(lambda: told()["Status"] == "Successful", "the refresh being done")
    assert told()["PercentageComplete"] == 100
    assert not set(ids) & {i["InstanceId"] for i in members(aws, "web")}
    assert (
        code_of(autoscaling.cancel_instance_refresh, AutoScalingGroupName="web")
        == "ActiveInstanceRefreshNotFound"
    )
