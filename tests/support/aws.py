# SPDX-License-Identifier: Apache-2.0
"""AWS, whichever one is there: boto3 clients, and worlds made in moto or in the simulator."""

import boto3
import botocore.config

REGION = "ap-northeast-1"


# Generous, for machines that build and test at the same time.
SECONDS = 60


def make_client(url, service, retries=1, region=REGION, **credentials):
    config = botocore.config.Config(
        retries={"total_max_attempts": retries, "mode": "standard"},
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
    )
    return boto3.client(service, endpoint_url=url, region_name=region, config=config, **credentials)


CONTACT = {
    "FirstName": "Hanako",
    "LastName": "Yamada",
    "ContactType": "PERSON",
    "AddressLine1": "1-1",
    "City": "Tokyo",
    "CountryCode": "JP",
    "ZipCode": "100-0001",
    "PhoneNumber": "+81.312345678",
    "Email": "hanako@example.com",
}


class MotoAws:
    """A world in moto, made by the API calls that an operator would make."""

    name = "moto"

    def __init__(self, server):
        self.url = server.url

    def client(self, service):
        return make_client(self.url, service)

    def add_load_balancer(self, name, instances, tags=None):
        self.client("elb").create_load_balancer(
            LoadBalancerName=name,
            Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
            AvailabilityZones=[f"{REGION}a"],
        )
        if instances == 0:
            return []
        launched = self.client("ec2").run_instances(
            ImageId="ami-12c6146b",
            MinCount=instances,
            MaxCount=instances,
            TagSpecifications=[
                {
                    "ResourceType": "instance",
                    "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
                }
            ]
            if tags
            else [],
        )
        ids = [instance["InstanceId"] for instance in launched["Instances"]]
        self.client("elb").register_instances_with_load_balancer(
            LoadBalancerName=name, Instances=[{"InstanceId": i} for i in ids]
        )
        return ids

    def terminate(self, instance_id):
        self.client("ec2").terminate_instances(InstanceIds=[instance_id])

    def add_zone(self, name, comment, private_zone=False):
        zone = self.client("route53").create_hosted_zone(
            Name=name,
            CallerReference=f"reference of {name}",
            HostedZoneConfig={"Comment": comment, "PrivateZone": private_zone},
        )
        return zone["HostedZone"]["Id"].removeprefix("/hostedzone/")


    def add_domain(self, name):
        make_client(self.url, "route53domains", region="us-east-1").register_domain(
            DomainName=name,
            DurationInYears=2,
            AdminContact=CONTACT,
            RegistrantContact=CONTACT,
            TechContact=CONTACT,
        )


class SimulatedAws:
    """The same in the simulator, made through its control API."""

    name = "simulator"

    def __init__(self, simulator):
        self.simulator = simulator
        self.url = simulator.url

    def client(self, service):
        return make_client(self.url, service)

    def add_load_balancer(self, name, instances, tags=None):
        ids = self.simulator.add_load_balancer(name, instances, tags)
        for instance_id in ids:
            self.simulator.wait_for_state(instance_id, "running")
        return ids

    def terminate(self, instance_id):
        self.simulator.terminate(instance_id)
        self.simulator.wait_for_state(instance_id, "terminated")

    def add_zone(self, name, comment, private_zone=False):
        return self.simulator.add_zone(
            name,
            comment=comment,
            private_zone=private_zone,
            caller_reference=f"reference of {name}",
        )

    def add_domain(self, name):
        self.simulator.post("domains", name=name)
