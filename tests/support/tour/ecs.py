# SPDX-License-Identifier: Apache-2.0
"""ECS. Tasks come of services in the simulator, and of RunTask in moto."""

import json

from support.tour.ec2 import launch

CLUSTER = {"cluster": "tour"}


def clusters(tour):
    ask = tour.ask
    ask("ecs", "CreateCluster", clusterName="tour", tags=[{"key": "Team", "value": "red"}])
    ask("ecs", "ListClusters")
    ask("ecs", "DescribeClusters", clusters=["tour", "none"])
    ports = [{"containerPort": 80}]
    container = {"name": "app", "image": "web:1", "memory": 128, "portMappings": ports}
    ask("ecs", "RegisterTaskDefinition", family="tour", containerDefinitions=[container])
    ask("ecs", "DescribeTaskDefinition", taskDefinition="tour")
    (host,) = launch(tour)
    ask(
        "ecs",
        "RegisterContainerInstance",
        **CLUSTER,
        instanceIdentityDocument=json.dumps({"instanceId": host}),
    )
    arns = ask("ecs", "ListContainerInstances", **CLUSTER)["containerInstanceArns"]
    ask("ecs", "DescribeContainerInstances", **CLUSTER, containerInstances=arns)
    unknown = "ClusterNotFoundException"
    ask("ecs", "ListTasks", fails=unknown, cluster="none")
    ask("ecs", "ListServices", fails=unknown, cluster="none")
    ask("ecs", "DescribeServices", fails=unknown, cluster="none", services=["web"])
    ask("ecs", "ListContainerInstances", fails=unknown, cluster="none")
    ask("ecs", "DescribeTaskDefinition", fails="ClientException", taskDefinition="none")


def services(tour):
    ask = tour.ask
    wanted = {"serviceName": "web", "taskDefinition": "tour", "desiredCount": 1}
    ask("ecs", "CreateService", **CLUSTER, **wanted, launchType="EC2")
    if tour.in_moto:
        tour.do("ecs", "RunTask", **CLUSTER, taskDefinition="tour", count=1)

    def running():
        arns = tour.peek("ecs", "ListTasks", **CLUSTER)["taskArns"]
        if tour.in_moto:  # whose tasks run at once, and end by being looked at
            return arns
        tasks = tour.peek("ecs", "DescribeTasks", **CLUSTER, tasks=arns)["tasks"] if arns else []
        return [one["taskArn"] for one in tasks if one["lastStatus"] == "RUNNING"]

    arns = tour.wait(running, "a task running")
    ask("ecs", "ListServices", **CLUSTER)
    ask("ecs", "DescribeServices", **CLUSTER, services=["web", "none"])
    ask("ecs", "ListTasks", **CLUSTER)
    ask("ecs", "DescribeTasks", **CLUSTER, tasks=arns)
    newer = {"name": "app", "image": "web:2", "memory": 128}
    tour.do("ecs", "RegisterTaskDefinition", family="tour", containerDefinitions=[newer])
    ask("ecs", "UpdateService", **CLUSTER, service="web", taskDefinition="tour:2")
    ask("ecs", "UpdateService", **CLUSTER, service="web", desiredCount=0)
    ask("ecs", "StopTask", **CLUSTER, task=arns[0], reason="by hand")
    none = {**CLUSTER, "service": "none", "desiredCount": 0}
    ask("ecs", "UpdateService", fails="ServiceNotFoundException", **none)
    ask("ecs", "DeleteService", **CLUSTER, service="web", force=True)
