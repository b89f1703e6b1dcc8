# SPDX-License-Identifier: Apache-2.0
"""What holds for moto and the simulator alike."""

import datetime

import botocore.exceptions
import pytest

UNKNOWN_ID = "i-0123456789abcdef0"
OTHER_UNKNOWN_ID = "i-0fedcba9876543210"


def error_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    assert response["ResponseMetadata"]["RequestId"]
    assert response["Error"]["Message"]
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def instances_of(answer):
    return [i for reservation in answer["Reservations"] for i in reservation["Instances"]]


# --- ELB ---


def test_a_balancer_lists_the_instances_registered_with_it(aws):
    ids = aws.add_load_balancer("web", 3)
    aws.add_load_balancer("api", 1)
    answer = aws.client("elb").describe_load_balancers(LoadBalancerNames=["web"])
    (balancer,) = answer["LoadBalancerDescriptions"]
    assert balancer["LoadBalancerName"] == "web"
    assert [i["InstanceId"] for i in balancer["Instances"]] == ids
    assert balancer["AvailabilityZones"]
    assert balancer["Scheme"] == "internet-facing"
    assert balancer["ListenerDescriptions"][0]["Listener"]["LoadBalancerPort"] == 80
    assert isinstance(balancer["CreatedTime"], datetime.datetime)


def test_a_balancer_without_instances_is_listed_as_empty(aws):
    aws.add_load_balancer("idle", 0)
    (balancer,) = aws.client("elb").describe_load_balancers()["LoadBalancerDescriptions"]
    assert balancer["Instances"] == []


def test_an_unknown_balancer_is_an_error_with_awss_code(aws):
    elb = aws.client("elb")
    assert error_of(elb.describe_load_balancers, LoadBalancerNames=["none"]) == (
        "LoadBalancerNotFound",
        400,
    )
    assert error_of(elb.describe_instance_health, LoadBalancerName="none")[0] in {
        "LoadBalancerNotFound",
        "AccessPointNotFound",  # the older name, which real AWS still uses here and there
    }


def test_paging_through_balancers_gives_each_exactly_once(aws):
    names = [f"balancer-{number:02}" for number in range(7)]
    for name in names:
        aws.add_load_balancer(name, 0)
    pages = list(
        aws.client("elb")
        .get_paginator("describe_load_balancers")
        .paginate(PaginationConfig={"PageSize": 3})
    )
    found = [b["LoadBalancerName"] for page in pages for b in page["LoadBalancerDescriptions"]]
    assert sorted(found) == names
    assert len(pages) == 3


def test_each_registered_instance_has_a_state(aws):
    ids = aws.add_load_balancer("web", 3)
    states = aws.client("elb").describe_instance_health(LoadBalancerName="web")["InstanceStates"]
    assert [s["InstanceId"] for s in states] == ids
    assert {s["State"] for s in states} == {"InService"}
    assert all(s["ReasonCode"] and s["Description"] for s in states)


def test_the_state_of_one_instance_can_be_asked_for(aws):
    ids = aws.add_load_balancer("web", 3)
    states = aws.client("elb").describe_instance_health(
        LoadBalancerName="web", Instances=[{"InstanceId": ids[1]}]
    )["InstanceStates"]
    assert [s["InstanceId"] for s in states] == [ids[1]]


# --- EC2 ---


def test_an_instance_has_all_that_a_monitor_wants_to_know(aws):
    (id_,) = aws.add_load_balancer("web", 1, {"Name": "web-1", "Team": "日本 & <Co>"})
    (instance,) = instances_of(aws.client("ec2").describe_instances(InstanceIds=[id_]))
    assert instance["InstanceId"] == id_
    assert instance["State"] == {"Code": 16, "Name": "running"}
    tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
    assert tags["Name"] == "web-1"
    assert tags["Team"] == "日本 & <Co>"
    assert instance["Placement"]["AvailabilityZone"].startswith("ap-northeast-1")
    assert isinstance(instance["LaunchTime"], datetime.datetime)
    for field in (
        "InstanceType",
        "ImageId",
        "PrivateIpAddress",
        "PublicIpAddress",
        "PrivateDnsName",
        "PublicDnsName",
    ):
        assert instance[field], field


def test_many_ids_are_answered_in_one_call(aws):
    ids = aws.add_load_balancer("web", 40)
    answer = aws.client("ec2").describe_instances(InstanceIds=ids)
    assert {i["InstanceId"] for i in instances_of(answer)} == set(ids)


def test_one_unknown_id_fails_the_whole_call_and_is_named(aws):
    (known,) = aws.add_load_balancer("web", 1)
    ec2 = aws.client("ec2")
    assert error_of(ec2.describe_instances, InstanceIds=[known, UNKNOWN_ID]) == (
        "InvalidInstanceID.NotFound",
        400,
    )
    with pytest.raises(botocore.exceptions.ClientError, match=UNKNOWN_ID):
        ec2.describe_instances(InstanceIds=[UNKNOWN_ID])


def test_of_several_unknown_ids_at_least_one_is_named(aws):
    (known,) = aws.add_load_balancer("web", 1)
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        aws.client("ec2").describe_instances(InstanceIds=[UNKNOWN_ID, known, OTHER_UNKNOWN_ID])
    message = caught.value.response["Error"]["Message"]
    assert UNKNOWN_ID in message or OTHER_UNKNOWN_ID in message
    assert known not in message


def test_a_terminated_instance_is_still_listed(aws):
    ids = aws.add_load_balancer("web", 2)
    aws.terminate(ids[0])
    answer = aws.client("ec2").describe_instances(InstanceIds=ids)
    states = {i["InstanceId"]: i["State"]["Name"] for i in instances_of(answer)}
    assert states == {ids[0]: "terminated", ids[1]: "running"}
    (gone,) = [i for i in instances_of(answer) if i["InstanceId"] == ids[0]]
    assert not gone.get("PublicIpAddress")
    assert gone["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    assert gone["StateTransitionReason"].startswith("User initiated (")


def test_filters_narrow_the_answer(aws):
    web = aws.add_load_balancer("web", 3, {"Team": "red-1"})
    api = aws.add_load_balancer("api", 2, {"Team": "blue"})
    aws.terminate(api[0])
    ec2 = aws.client("ec2")

    def found(**filters):
        answer = ec2.describe_instances(
            Filters=[
                {"Name": name.replace("__", ":").replace("_", "-"), "Values": values}
                for name, values in filters.items()
            ]
        )
        return {i["InstanceId"] for i in instances_of(answer)}

    assert found(tag__Team=["red-1"]) == set(web)
    assert found(tag__Team=["red*"]) == set(web)
    assert found(tag__Team=["red-1", "blue"]) == set(web + api)
    assert found(tag__Team=["green"]) == set()
    assert found(tag_key=["Team"]) == set(web + api)
    assert found(instance_id=[web[0], api[1]]) == {web[0], api[1]}
    assert found(instance_state_name=["terminated"]) == {api[0]}
    assert found(tag__Team=["blue"], instance_state_name=["running"]) == {api[1]}


def test_paging_through_instances_gives_each_exactly_once(aws):
    # Launched one by one: moto's pages are never smaller than a reservation.
    ids = [aws.add_load_balancer(f"web-{number}", 1)[0] for number in range(12)]
    pages = list(
        aws.client("ec2")
        .get_paginator("describe_instances")
        .paginate(PaginationConfig={"PageSize": 5})
    )
    found = [i["InstanceId"] for page in pages for i in instances_of(page)]
    assert sorted(found) == sorted(ids)
    assert len(pages) == 3


def test_ids_and_page_size_exclude_each_other(aws):
    ids = aws.add_load_balancer("web", 1)
    ec2 = aws.client("ec2")
    assert error_of(ec2.describe_instances, InstanceIds=ids, MaxResults=5) == (
        "InvalidParameterCombination",
        400,
    )


# --- Route 53 ---


def test_zones_are_listed_with_comment_and_reference(aws):
    shop = aws.add_zone("shop.example", "The <shop> & more")
    aws.add_zone("corp.example.", "", private_zone=False)
    zones = aws.client("route53").list_hosted_zones()["HostedZones"]
    assert {zone["Name"] for zone in zones} == {"shop.example.", "corp.example."}
    (found,) = [zone for zone in zones if zone["Name"] == "shop.example."]
    assert found["Id"] == f"/hostedzone/{shop}"
    assert found["Config"] == {"Comment": "The <shop> & more", "PrivateZone": False}
    assert found["CallerReference"] == "reference of shop.example"
    assert found["ResourceRecordSetCount"] == 2


def test_paging_through_zones_gives_each_exactly_once(aws):
    ids = [aws.add_zone(f"zone-{number}.example", "") for number in range(7)]
    pages = list(
        aws.client("route53")
        .get_paginator("list_hosted_zones")
        .paginate(PaginationConfig={"PageSize": 3})
    )
    found = [zone["Id"].removeprefix("/hostedzone/") for page in pages for zone in page["HostedZones"]]
    assert sorted(found) == sorted(ids)
    assert [page["IsTruncated"] for page in pages] == [True, True, False]
