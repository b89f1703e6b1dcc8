# SPDX-License-Identifier: Apache-2.0
"""CloudWatch."""

import datetime

from support.aws import REGION

MINUTE = datetime.timedelta(minutes=1)


def requests_of(balancer, **more):
    dimensions = [{"Name": "LoadBalancerName", "Value": balancer}]
    metric = {"Namespace": "AWS/ELB", "MetricName": "RequestCount", "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": 60, "Stat": "Sum", **more}
    return [{"Id": "requests", "MetricStat": stat, "ReturnData": True}]


def counts(tour):
    ask = tour.ask
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    ask(
        "elb",
        "CreateLoadBalancer",
        LoadBalancerName="counted",
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        AvailabilityZones=[f"{REGION}a"],
    )
    if tour.in_moto:
        metric = requests_of("counted")[0]["MetricStat"]["Metric"]
        point = {
            "MetricName": metric["MetricName"],
            "Dimensions": metric["Dimensions"],
            "Timestamp": now - 5 * MINUTE,
            "Value": 600.0,
        }
        tour.do("cloudwatch", "PutMetricData", Namespace="AWS/ELB", MetricData=[point])
    else:
        tour.aws.simulator.post("requests", resource="counted", per_minute=600, seconds_ago=600)
    past = {"StartTime": now - 10 * MINUTE, "EndTime": now}
    found = ask("cloudwatch", "GetMetricData", MetricDataQueries=requests_of("counted"), **past)
    assert 600.0 in found["MetricDataResults"][0]["Values"]
    nobody = ask("cloudwatch", "GetMetricData", MetricDataQueries=requests_of("none"), **past)
    assert nobody["MetricDataResults"][0]["Values"] == []
    turned = {"StartTime": now, "EndTime": now - MINUTE}
    ask(
        "cloudwatch",
        "GetMetricData",
        fails="ValidationError",
        MetricDataQueries=requests_of("counted"),
        **turned,
    )
    ask("elb", "DeleteLoadBalancer", LoadBalancerName="counted")
