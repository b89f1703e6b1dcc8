# SPDX-License-Identifier: Apache-2.0
"""Route 53 beyond the list of zones: the same calls to moto and to the simulator."""

import botocore.exceptions
import pytest

from support.aws import SimulatedAws


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def make_zone(aws, name="shop.example"):
    answer = aws.client("route53").create_hosted_zone(
        Name=name,
        CallerReference=f"reference of {name}",
        HostedZoneConfig={"Comment": "The <shop> & more", "PrivateZone": False},
    )
    return answer["HostedZone"]["Id"].removeprefix("/hostedzone/")


def test_a_zone_is_told_as_it_was_made(aws):
    route53 = aws.client("route53")
    answer = route53.get_hosted_zone(Id=make_zone(aws))
    zone = answer["HostedZone"]
    assert zone["Name"] == "shop.example."
    assert zone["Config"] == {"Comment": "The <shop> & more", "PrivateZone": False}
    assert zone["CallerReference"] == "reference of shop.example"
    assert zone["ResourceRecordSetCount"] == 2
    assert answer["DelegationSet"]["NameServers"]


def test_a_new_zone_has_two_record_sets(aws):
    answer = aws.client("route53").list_resource_record_sets(HostedZoneId=make_zone(aws))
    assert [r["Type"] for r in answer["ResourceRecordSets"]] == ["NS", "SOA"]
    assert {r["Name"] for r in answer["ResourceRecordSets"]} == {"shop.example."}
    assert answer["IsTruncated"] is False


def test_a_zone_without_tags_has_none(aws):
    route53 = aws.client("route53")
    zones = [make_zone(aws, f"{name}.example") for name in ("shop", "corp")]
    answer = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zones[0])
    assert answer["ResourceTagSet"]["ResourceId"] == zones[0]
    assert answer["ResourceTagSet"]["Tags"] == []
    answer = route53.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=zones)
    assert [s["ResourceId"] for s in answer["ResourceTagSets"]] == zones


def test_a_deleted_zone_is_unknown(aws):
    route53 = aws.client("route53")
    zone = make_zone(aws)
    route53.delete_hosted_zone(Id=zone)
    assert code_of(route53.get_hosted_zone, Id=zone) == "NoSuchHostedZone"
    assert code_of(route53.list_resource_record_sets, HostedZoneId=zone) == "NoSuchHostedZone"


# --- what is made through the control API ---


def test_records_come_page_by_page(simulator):
    zone = simulator.add_zone("shop.example", tags={"Team": "red"})
    simulator.post(f"zones/{zone}/records", alias="web-elb-1.elb.amazonaws.com")
    for number in range(5):
        simulator.post(f"zones/{zone}/records", name=f"h{number}.shop.example", value="192.0.2.1")
    route53 = SimulatedAws(simulator).client("route53")
    paginator = route53.get_paginator("list_resource_record_sets")
    pages = list(paginator.paginate(HostedZoneId=zone, PaginationConfig={"PageSize": 3}))
    records = [r for page in pages for r in page["ResourceRecordSets"]]
    assert len(pages) == 3
    assert len(records) == 8
    assert records[0]["AliasTarget"]["DNSName"] == "web-elb-1.elb.amazonaws.com"
    assert {r["Name"] for r in records[3:]} == {f"h{n}.shop.example." for n in range(5)}
    answer = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=zone)
    assert answer["ResourceTagSet"]["Tags"] == [{"Key": "Team", "Value": "red"}]
