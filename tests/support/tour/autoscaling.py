# SPDX-License-Identifier: Apache-2.0
"""Auto Scaling groups. Refreshes are the simulator's alone."""

from support.aws import REGION
from support.fleets import IMAGE, ZONES, network_of

NAME = {"AutoScalingGroupName": "tour-asg"}


def ids_in_service(tour, count):
    def members():
        wanted = {"AutoScalingGroupNames": ["tour-asg"]}
        told = tour.peek("autoscaling", "DescribeAutoScalingGroups", **wanted)
        (group,) = told["AutoScalingGroups"]
        there = [one for one in group["Instances"] if one["LifecycleState"] == "InService"]
        ids = [one["InstanceId"] for one in there]
        return ids if len(ids) == count else None

    return tour.wait(members, f"{count} members in service")


def groups(tour):
    ask = tour.ask
    tour.do(
        "ec2",
        "CreateLaunchTemplate",
        LaunchTemplateName="tour-asg",
        LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.medium"},
    )
    tour.do(
        "elb",
        "CreateLoadBalancer",
        LoadBalancerName="tour-elb",
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=[f"{REGION}a"],
    )
    vpc, _ = network_of(tour.aws)
    made = tour.do("elbv2", "CreateTargetGroup", Name="asg-tg", Protocol="HTTP", Port=80, VpcId=vpc)
    target_group = made["TargetGroups"][0]["TargetGroupArn"]
    ask(
        "autoscaling",
        "CreateAutoScalingGroup",
        **NAME,
        LaunchTemplate={"LaunchTemplateName": "tour-asg", "Version": "$Latest"},
        MinSize=1,
        MaxSize=10,
        DesiredCapacity=2,
        AvailabilityZones=ZONES,
        Tags=[{"Key": "Team", "Value": "red", "PropagateAtLaunch": True}],
    )
    ids_in_service(tour, 2)
    ask("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=["tour-asg"])
    ask("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=["none"])
    ask("autoscaling", "SetDesiredCapacity", **NAME, DesiredCapacity=4)
    ids_in_service(tour, 4)
    ask("autoscaling", "UpdateAutoScalingGroup", **NAME, MinSize=2, MaxSize=8)
    ask("autoscaling", "DescribeScalingActivities", **NAME)
    ask(
        "autoscaling",
        "PutScalingPolicy",
        **NAME,
        PolicyName="tour",
        PolicyType="SimpleScaling",
        AdjustmentType="ChangeInCapacity",
        ScalingAdjustment=1,
    )
    ask("autoscaling", "DescribePolicies", **NAME)
    ask("autoscaling", "SuspendProcesses", **NAME, ScalingProcesses=["ReplaceUnhealthy"])
    ask("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=["tour-asg"])
    ask("autoscaling", "ResumeProcesses", **NAME, ScalingProcesses=["ReplaceUnhealthy"])
    ask("autoscaling", "AttachLoadBalancers", **NAME, LoadBalancerNames=["tour-elb"])
    ask("autoscaling", "AttachLoadBalancerTargetGroups", **NAME, TargetGroupARNs=[target_group])
    ask("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=["tour-asg"])
    ask("autoscaling", "DetachLoadBalancerTargetGroups", **NAME, TargetGroupARNs=[target_group])
    ask("autoscaling", "DetachLoadBalancers", **NAME, LoadBalancerNames=["tour-elb"])
    nobody = {"AutoScalingGroupName": "none"}
    ask("autoscaling", "UpdateAutoScalingGroup", fails="ValidationError", **nobody, MinSize=2)
    ask("autoscaling", "SetDesiredCapacity", fails="ValidationError", **nobody, DesiredCapacity=2)


def members(tour):
    ask = tour.ask
    ids = ids_in_service(tour, 4)
    ask("autoscaling", "DescribeAutoScalingInstances", InstanceIds=ids)
    one = {**NAME, "InstanceIds": ids[:1]}
    ask("autoscaling", "SetInstanceProtection", **one, ProtectedFromScaleIn=True)
    fewer = {"ShouldDecrementDesiredCapacity": True}
    ask("autoscaling", "EnterStandby", **one, **fewer)
    ask("autoscaling", "DescribeAutoScalingInstances", InstanceIds=ids)
    ask("autoscaling", "ExitStandby", **one)
    ids_in_service(tour, 4)
    ask("autoscaling", "DetachInstances", **NAME, InstanceIds=ids[1:2], **fewer)
    ids_in_service(tour, 3)
    ask("autoscaling", "AttachInstances", **NAME, InstanceIds=ids[1:2])
    ids_in_service(tour, 4)
    ask("autoscaling", "SetInstanceHealth", InstanceId=ids[0], HealthStatus="Healthy")
    ask("autoscaling", "TerminateInstanceInAutoScalingGroup", InstanceId=ids[0], **fewer)
    ids_in_service(tour, 3)


def refreshes(tour):
    ask = tour.ask
    # What can't be launched can't be replaced: the refresh is still there to be cancelled.
    tour.do("autoscaling", "SuspendProcesses", **NAME, ScalingProcesses=["Launch"])
    ask("autoscaling", "StartInstanceRefresh", **NAME, Preferences={"MinHealthyPercentage": 50})
    ask("autoscaling", "DescribeInstanceRefreshes", **NAME)
    ask("autoscaling", "CancelInstanceRefresh", **NAME)
    none = "ActiveInstanceRefreshNotFound"
    ask("autoscaling", "RollbackInstanceRefresh", fails=none, **NAME)
    template = {"LaunchTemplateName": "tour-asg"}
    tour.do(
        "ec2",
        "CreateLaunchTemplateVersion",
        **template,
        LaunchTemplateData={"ImageId": IMAGE, "InstanceType": "t3.large"},
    )
    ask(
        "autoscaling", "UpdateAutoScalingGroup", **NAME, LaunchTemplate={**template, "Version": "1"}
    )
    desired = {"LaunchTemplate": {**template, "Version": "2"}}
    preferences = {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 110, "SkipMatching": True}
    begun = {"DesiredConfiguration": desired, "Preferences": preferences}
    ask("autoscaling", "StartInstanceRefresh", **NAME, **begun)
    ask("autoscaling", "RollbackInstanceRefresh", **NAME)
    ask("autoscaling", "DescribeInstanceRefreshes", **NAME)
    ask("autoscaling", "RollbackInstanceRefresh", fails=none, **NAME)
    ask("autoscaling", "DeleteAutoScalingGroup", **NAME, ForceDelete=True)
    tour.wait(
        lambda: not tour.peek("autoscaling", "DescribeAutoScalingGroups")["AutoScalingGroups"],
        "no group left",
    )
