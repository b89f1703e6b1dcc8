# SPDX-License-Identifier: Apache-2.0
"""The obvious way with boto3: each balancer, its health, its instances.

Usage: boto3_listing.py ENDPOINT_URL REGION BALANCER...; prints {"requests", "instances", "rss_kb"}.
"""
import json
import pathlib
import sys

import boto3


def main():
    endpoint_url, region, *balancers = sys.argv[1:]
    session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any",
                            region_name=region)
    elb = session.client("elb", endpoint_url=endpoint_url)
    ec2 = session.client("ec2", endpoint_url=endpoint_url)

    requests = 0

    def count(**_):
        nonlocal requests
        requests += 1

    elb.meta.events.register("before-send", count)
    ec2.meta.events.register("before-send", count)

    fleet = {}
    for name in balancers:
        found = elb.describe_load_balancers(LoadBalancerNames=[name])["LoadBalancerDescriptions"]
        ids = [instance["InstanceId"] for instance in found[0]["Instances"]]
        states = elb.describe_instance_health(LoadBalancerName=name)["InstanceStates"]
        health = {state["InstanceId"]: state["State"] for state in states}
        for reservation in ec2.describe_instances(InstanceIds=ids)["Reservations"]:
            for instance in reservation["Instances"]:
                tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", [])}
                fleet[instance["InstanceId"]] = (
                    name, health[instance["InstanceId"]], instance["State"]["Name"],
                    instance.get("PrivateIpAddress"), tags.get("Name"),
                )

    status = pathlib.Path("/proc/self/status").read_text()
    rss_kb = int(next(line for line in status.splitlines() if line.startswith("VmHWM:")).split()[1])
    print(json.dumps({"requests": requests, "instances": len(fleet), "rss_kb": rss_kb}))


if __name__ == "__main__":
    main()
