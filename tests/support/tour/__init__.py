# SPDX-License-Identifier: Apache-2.0
"""A tour of every operation that the simulated AWS has, for any client and any AWS: the same
questions in the same order, and a record of what was answered."""

from support.tour import (
    autoscaling,
    balancers,
    ec2,
    ecs,
    hosts,
    identity,
    messages,
    metrics,
    names,
)

STOPS = (
    ec2.instances,
    ec2.launches,
    ec2.spot,
    balancers.classic,
    balancers.modern,
    metrics.counts,
    autoscaling.groups,
    autoscaling.members,
    autoscaling.refreshes,
    ecs.clusters,
    ecs.services,
    hosts.commands,
    hosts.parameters,
    hosts.keys,
    messages.topics,
    messages.queues,
    names.zones,
    names.domains,
    identity.roles,
    identity.prices,
)


def take(tour):
    for stop in STOPS:
        stop(tour)
    return tour
