# SPDX-License-Identifier: Apache-2.0
"""Zones, what they lead to and what expires, with moto as AWS."""

import boto3
import pytest

from support.aws import CONTACT, MotoAws, make_client
from support.process import free_port

@pytest.fixture
def livesonic(moto, make_livesonic):
    return make_livesonic(
        moto.url,
        free_port(),
        clusters=[{"name": "web", "elb": "web-elb"}, {"name": "api", "elb": "api-elb"}],
        domains={"certificates": False, "expiry_warning": "800d"},
    )


def balancer_name(moto, name):
    MotoAws(moto).add_load_balancer(name, 0)
    described = make_client(moto.url, "elb").describe_load_balancers(LoadBalancerNames=[name])
    return described["LoadBalancerDescriptions"][0]["DNSName"]


def add_zone(moto, name, records):
    route53 = make_client(moto.url, "route53")
    zone = route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]
    route53.change_tags_for_resource(
        ResourceType="hostedzone",
        ResourceId=zone.rpartition("/")[2],
        AddTags=[{"Key": "team", "Value": "日本 & <Co>"}],
    )
    changes = [{"Action": "CREATE", "ResourceRecordSet": record} for record in records]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})
    return zone.rpartition("/")[2]


def test_a_domain_shows_the_clusters_that_it_leads_to(moto, livesonic):
    web, api = balancer_name(moto, "web-elb"), balancer_name(moto, "api-elb")
    alias = {"HostedZoneId": "Z14GRHDCWA56QT", "EvaluateTargetHealth": False}
    zone = add_zone(
        moto,
        "shop.example",
        [
            {"Name": "shop.example", "Type": "A", "AliasTarget": {**alias, "DNSName": web}},
            {
                "Name": "api.shop.example",
                "Type": "CNAME",
                "TTL": 60,
                "ResourceRecords": [{"Value": api.upper()}],
            },
            {
                "Name": "old.shop.example",
                "Type": "A",
                "TTL": 60,
                "ResourceRecords": [{"Value": "192.0.2.1"}],
            },
        ],
    )
    synced = livesonic.json("domains", "sync")
    assert synced["problems"] == []
    shown = livesonic.json("domains", "show", "shop.example")
    assert shown["zone_id"] == zone
    assert shown["tags"] == {"team": "日本 & <Co>"}
    assert shown["clusters"] == ["api", "web"]
    assert [(one["name"], one["clusters"]) for one in shown["aliases"]] == [
        ("api.shop.example.", ["api"]),
        ("shop.example.", ["web"]),
    ]
    assert [one["records"] for one in shown["record_counts"]] == [shown["record_count"]]
    assert [one["name"] for one in livesonic.json("domains", "--cluster", "api")["domains"]] == [
        "shop.example."
    ]


def test_a_registration_about_to_expire_is_an_incident_until_it_is_not(moto, livesonic):
    registrar = boto3.client("route53domains", endpoint_url=moto.url, region_name="us-east-1")
    registrar.register_domain(
        DomainName="shop.com",
        DurationInYears=2,
        AutoRenew=False,
        AdminContact=CONTACT,
        RegistrantContact=CONTACT,
        TechContact=CONTACT,
    )
    for _ in range(2):
        assert livesonic.json("domains", "sync")["problems"] == []
    (incident,) = livesonic.json("incidents")["incidents"]
    assert (incident["cluster"], incident["cause"]) == ("", "domain:shop.com")
    assert incident["summary"].startswith("shop.com: the domain's registration expires on 20")
    assert "auto-renew is off" in incident["members"][0]["detail"]
    (registered,) = livesonic.json("domains")["registrations"]
    assert (registered["name"], registered["auto_renew"]) == ("shop.com", False)

    livesonic.settings["domains"]["expiry_warning"] = "30d"
    livesonic.write_config()
    livesonic.json("domains", "sync")
    assert livesonic.json("incidents")["incidents"] == []
    (closed,) = livesonic.json("incidents", "--closed")["incidents"]
    assert closed["id"] == incident["id"]
