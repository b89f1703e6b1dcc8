# SPDX-License-Identifier: Apache-2.0
"""Route 53: zones, and domains that are registered."""


def zones(tour):
    ask = tour.ask
    wanted = {
        "Name": "tour.example",
        "CallerReference": "tour",
        "HostedZoneConfig": {"Comment": "The <shop> & more", "PrivateZone": False},
    }
    made = ask("route53", "CreateHostedZone", **wanted)
    zone = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    ask("route53", "ListHostedZones")
    ask("route53", "GetHostedZone", Id=zone)
    ask("route53", "ListResourceRecordSets", HostedZoneId=zone)
    ask("route53", "ListTagsForResource", ResourceType="hostedzone", ResourceId=zone)
    ask("route53", "ListTagsForResources", ResourceType="hostedzone", ResourceIds=[zone])
    none = "Z0000000000000"
    ask("route53", "GetHostedZone", fails="NoSuchHostedZone", Id=none)
    ask("route53", "ListResourceRecordSets", fails="NoSuchHostedZone", HostedZoneId=none)
    ask("route53", "DeleteHostedZone", Id=zone)
    ask("route53", "DeleteHostedZone", fails="NoSuchHostedZone", Id=zone)


def domains(tour):
    ask = tour.ask
    tour.aws.add_domain("tour-of-names.com")
    ask("route53domains", "ListDomains")
    ask("route53domains", "GetDomainDetail", DomainName="tour-of-names.com")
    ask("route53domains", "GetDomainDetail", fails="InvalidInput", DomainName="not-here.com")
