# SPDX-License-Identifier: Apache-2.0
"""Load balancers of both generations."""

from support.aws import REGION
from support.fleets import network_of
from support.tour.ec2 import launch

TAGS = [{"Key": "Team", "Value": "red"}]


def classic(tour):
    ask = tour.ask
    ids = launch(tour, 2)
    both = [{"InstanceId": one} for one in ids]
    name = {"LoadBalancerName": "classic"}
    ask(
        "elb",
        "CreateLoadBalancer",
        **name,
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=[f"{REGION}a"],
    )
    ask("elb", "AddTags", LoadBalancerNames=["classic"], Tags=TAGS)
    ask("elb", "DescribeTags", LoadBalancerNames=["classic"])
    ask("elb", "RegisterInstancesWithLoadBalancer", **name, Instances=both)
    ask("elb", "DescribeLoadBalancers", LoadBalancerNames=["classic"])
    ask("elb", "DescribeInstanceHealth", **name)
    ask("elb", "DeregisterInstancesFromLoadBalancer", **name, Instances=both[:1])
    missing = {"LoadBalancerName": "none"}
    unknown = "LoadBalancerNotFound"
    ask("elb", "DescribeLoadBalancers", fails=unknown, LoadBalancerNames=["none"])
    ask("elb", "DescribeInstanceHealth", fails=unknown, **missing)
    ask("elb", "RegisterInstancesWithLoadBalancer", fails=unknown, **missing, Instances=both)
    ask("elb", "DeregisterInstancesFromLoadBalancer", fails=unknown, **missing, Instances=both)
    ask("elb", "DeleteLoadBalancer", **name)
    ask("elb", "DescribeLoadBalancers")


def modern(tour):
    ask = tour.ask
    vpc, subnets = network_of(tour.aws)
    made = ask("elbv2", "CreateLoadBalancer", Name="modern", Subnets=subnets, Tags=TAGS)
    balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
    made = ask("elbv2", "CreateTargetGroup", Name="tour-tg", Protocol="HTTP", Port=80, VpcId=vpc)
    group = made["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    made = ask(
        "elbv2",
        "CreateListener",
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=forward,
    )
    listener = made["Listeners"][0]["ListenerArn"]
    ids = launch(tour, 2)
    targets = [{"Id": one} for one in ids]
    ask("elbv2", "RegisterTargets", TargetGroupArn=group, Targets=targets)
    ask("elbv2", "DescribeLoadBalancers", LoadBalancerArns=[balancer])
    ask("elbv2", "DescribeListeners", LoadBalancerArn=balancer)
    ask("elbv2", "DescribeTargetGroups", LoadBalancerArn=balancer)
    ask("elbv2", "DescribeTargetHealth", TargetGroupArn=group)
    ask("elbv2", "DeregisterTargets", TargetGroupArn=group, Targets=targets[:1])
    ask("elbv2", "AddTags", ResourceArns=[balancer], Tags=[{"Key": "Stage", "Value": "日本"}])
    ask("elbv2", "DescribeTags", ResourceArns=[balancer])
    ask("elbv2", "RemoveTags", ResourceArns=[balancer], TagKeys=["Stage"])

    unknown = group[:-1] + "x"
    ask("elbv2", "DescribeLoadBalancers", fails="LoadBalancerNotFound", Names=["none"])
    ask("elbv2", "DescribeTargetGroups", fails="TargetGroupNotFound", Names=["none"])
    no_group = {"fails": "TargetGroupNotFound", "TargetGroupArn": unknown}
    ask("elbv2", "DescribeTargetHealth", **no_group)
    ask("elbv2", "RegisterTargets", **no_group, Targets=targets)
    ask("elbv2", "DeleteTargetGroup", fails="ResourceInUse", TargetGroupArn=group)

    ask("elbv2", "DeleteListener", ListenerArn=listener)
    ask("elbv2", "DeleteTargetGroup", TargetGroupArn=group)
    ask("elbv2", "DeleteLoadBalancer", LoadBalancerArn=balancer)
    ask("elbv2", "DescribeLoadBalancers")
