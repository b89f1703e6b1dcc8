# SPDX-License-Identifier: Apache-2.0
"""ECS: the same calls to moto and to the simulator; what acts by itself, to the simulator alone."""

import json

import botocore.exceptions
import pytest

from support.aws import SimulatedAws
from support.fleets import launch
from support.process import wait_for


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def add_definition(ecs, family="web", image="web:1"):
    container = {"name": "app", "image": image, "memory": 128, "portMappings": [{"containerPort": 80}]}
    answer = ecs.register_task_definition(family=family, containerDefinitions=[container])
    return answer["taskDefinition"]["taskDefinitionArn"]


def add_host(aws, cluster):
    (instance_id,) = launch(aws)
    answer = aws.client("ecs").register_container_instance(
        cluster=cluster, instanceIdentityDocument=json.dumps({"instanceId": instance_id})
    )
    return answer["containerInstance"]["containerInstanceArn"], instance_id


def service_of(ecs, name="web", cluster="shop"):
    (service,) = ecs.describe_services(cluster=cluster, services=[name])["services"]
    return service


def test_clusters_are_made_listed_and_described(aws):
    ecs = aws.client("ecs")
    arns = [ecs.create_cluster(clusterName=f"c-{n}")["cluster"]["clusterArn"] for n in range(3)]
    assert sorted(ecs.list_clusters()["clusterArns"]) == arns
    answer = ecs.describe_clusters(clusters=["c-1", arns[2], "none"])
    assert [c["clusterName"] for c in answer["clusters"]] == ["c-1", "c-2"]
    assert {c["status"] for c in answer["clusters"]} == {"ACTIVE"}
    (missing,) = answer["failures"]
    assert missing["reason"] == "MISSING"


def test_an_unknown_cluster_is_an_error_with_awss_code(aws):
    ecs = aws.client("ecs")
    assert code_of(ecs.list_tasks, cluster="none") == "ClusterNotFoundException"
    assert code_of(ecs.describe_services, cluster="none", services=["x"]) == "ClusterNotFoundException"


def test_definitions_have_revisions(aws):
    ecs = aws.client("ecs")
    first = add_definition(ecs)
    second = add_definition(ecs, image="web:2")
    assert first.endswith("task-definition/web:1")
    assert second.endswith("task-definition/web:2")
    latest = ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]
    assert latest["revision"] == 2
    assert latest["containerDefinitions"][0]["image"] == "web:2"


def test_hosts_join_a_cluster(aws):
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="shop")
    arn, instance_id = add_host(aws, "shop")
    assert ecs.list_container_instances(cluster="shop")["containerInstanceArns"] == [arn]
    (host,) = ecs.describe_container_instances(cluster="shop", containerInstances=[arn])[
        "containerInstances"
    ]
    assert host["ec2InstanceId"] == instance_id
    assert host["status"] == "ACTIVE"
    assert host["agentConnected"] is True


def test_a_service_is_told_as_it_was_made(aws):
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="shop")
    definition = add_definition(ecs)
    ecs.create_service(
        cluster="shop",
        serviceName="web",
        taskDefinition="web",
        desiredCount=0,
        launchType="EC2",
        tags=[{"key": "Team", "value": "red"}],
    )
    assert ecs.list_services(cluster="shop")["serviceArns"][0].endswith("web")
    service = service_of(ecs)
    assert service["status"] == "ACTIVE"
    assert service["taskDefinition"] == definition
    assert service["launchType"] == "EC2"
    assert service["desiredCount"] == 0
    (deployment,) = service["deployments"]
    assert deployment["status"] == "PRIMARY"
    assert deployment["taskDefinition"] == definition
    answer = ecs.describe_services(cluster="shop", services=["none"])
    assert answer["failures"][0]["reason"] == "MISSING"
    ecs.update_service(cluster="shop", service="web", desiredCount=0)
    ecs.delete_service(cluster="shop", service="web")


# --- what moto doesn't have ---


@pytest.fixture
def simulated(simulator):
    aws = SimulatedAws(simulator)
    aws.client("ecs").create_cluster(clusterName="shop")
    return aws


def running(ecs, cluster="shop"):
    arns = ecs.list_tasks(cluster=cluster)["taskArns"]
    tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
    return [t for t in tasks if t["lastStatus"] == "RUNNING"]


def add_service(aws, count, launch_type):
    ecs = aws.client("ecs")
    add_definition(ecs)
    ecs.create_service(
        cluster="shop",
        serviceName="web",
        taskDefinition="web",
        desiredCount=count,
        launchType=launch_type,
    )
    wait_for(lambda: len(running(ecs)) == count, f"{count} tasks running")
    return ecs


def test_tasks_run_on_the_clusters_hosts(simulated):
    hosts = [add_host(simulated, "shop")[0] for _ in range(2)]
    ecs = add_service(simulated, 4, "EC2")
    tasks = running(ecs)
    assert sorted(t["containerInstanceArn"] for t in tasks) == sorted(2 * hosts)
    assert {t["group"] for t in tasks} == {"service:web"}
    assert {t["startedBy"] for t in tasks} == {service_of(ecs)["deployments"][0]["id"]}
    assert tasks[0]["containers"][0]["networkBindings"][0]["containerPort"] == 80
    assert service_of(ecs)["runningCount"] == 4


def test_a_host_that_ends_takes_its_tasks_along(simulated):
    _, instance_id = add_host(simulated, "shop")
    ecs = add_service(simulated, 2, "EC2")
    simulated.client("ec2").terminate_instances(InstanceIds=[instance_id])
    wait_for(lambda: not running(ecs), "no task running")
    arns = ecs.list_tasks(cluster="shop", desiredStatus="STOPPED")["taskArns"]
    tasks = ecs.describe_tasks(cluster="shop", tasks=arns)["tasks"]
    assert len(tasks) == 2
    assert all(instance_id in t["stoppedReason"] for t in tasks)
    assert ecs.list_container_instances(cluster="shop")["containerInstanceArns"] == []


def test_fargate_tasks_have_addresses_of_their_own(simulated):
    ecs = add_service(simulated, 2, "FARGATE")
    tasks = running(ecs)
    details = [{d["name"]: d["value"] for d in t["attachments"][0]["details"]} for t in tasks]
    assert len({d["privateIPv4Address"] for d in details}) == 2
    assert all("containerInstanceArn" not in t for t in tasks)


def test_a_deployment_replaces_every_task(simulated):
    ecs = add_service(simulated, 3, "FARGATE")
    before = {t["taskArn"] for t in running(ecs)}
    newer = add_definition(ecs, image="web:2")
    ecs.update_service(cluster="shop", service="web", taskDefinition=newer)

    def done():
        service = service_of(ecs)
        return [d["rolloutState"] for d in service["deployments"]] == ["COMPLETED"]

    wait_for(done, "the deployment being completed")
    after = running(ecs)
    assert {t["taskDefinitionArn"] for t in after} == {newer}
    assert len(after) == 3 and not before & {t["taskArn"] for t in after}
    old = ecs.describe_tasks(cluster="shop", tasks=sorted(before))["tasks"]
    assert {t["stopCode"] for t in old} == {"ServiceSchedulerInitiated"}
    assert any("steady state" in e["message"] for e in service_of(ecs)["events"])


def test_a_stopped_task_is_replaced(simulated):
    ecs = add_service(simulated, 2, "FARGATE")
    victim = running(ecs)[0]["taskArn"]
    ecs.stop_task(cluster="shop", task=victim, reason="by hand")
    wait_for(lambda: len({t["taskArn"] for t in running(ecs)} - {victim}) == 2, "another in its place")
    (gone,) = ecs.describe_tasks(cluster="shop", tasks=[victim])["tasks"]
    assert (gone["stopCode"], gone["stoppedReason"]) == ("UserInitiated", "by hand")
