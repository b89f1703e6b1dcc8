# SPDX-License-Identifier: Apache-2.0
"""boto3 and awscli take a tour of every operation of the simulator, and the same tour of moto:
where both answer, they answer alike, and where they don't, support/tour/known.py says so."""

import subprocess

import boto3
import pytest

from support.aws import REGION, MotoAws, SimulatedAws
from support.tour import take
from support.tour.asking import AwsCli, Boto3, Tour
from support.tour.known import NOT_IN_MOTO, ONLY_MOTO, ONLY_SIMULATOR, OTHER_CODES
from support.tour.shapes import breaches, shape

FAST = ("--pending", "0s", "--registering", "0s", "--shutting-down", "0s", "--step", "50ms")

by_both_clients = pytest.mark.parametrize("client", [Boto3, AwsCli], ids=lambda client: client.name)


@pytest.fixture
def tour_of_simulator(start_simulator):
    simulator = start_simulator(*FAST)
    return lambda client: take(Tour(client(simulator.url), SimulatedAws(simulator)))


@by_both_clients
def test_the_simulator_answers_every_operation_that_it_lists_as_aws_promises(
    client, tour_of_simulator, bin_dir
):
    tour = tour_of_simulator(client)
    program = [bin_dir / "livesonic-sim", "operations"]
    listed = subprocess.check_output(program, text=True, timeout=60)
    operations = {tuple(line.split()) for line in listed.splitlines()}
    assert len(operations) > 100
    assert operations == {(s.api, s.operation) for s in tour.steps if not s.answer.error}
    surprising = [s for s in tour.steps if s.answer.error != s.fails]
    wrong = [f"{s}: '{s.answer.error}', not '{s.fails}'" for s in surprising]
    wrong += breaches_of(tour)
    assert not wrong, "\n".join(wrong)


@by_both_clients
def test_moto_and_the_simulator_agree_but_for_what_is_known(client, tour_of_simulator, moto):
    here = tour_of_simulator(client)
    there = take(Tour(client(moto.url), MotoAws(moto)))
    wrong = [*other_codes(here, there), *other_shapes(told(here), told(there))]
    assert not wrong, "\n".join(wrong)


def breaches_of(tour):
    """Where answers aren't what botocore's models of the operations promise."""
    models = {}
    for step in tour.steps:
        if step.answer.error:
            continue
        if step.api not in models:
            models[step.api] = boto3.client(step.api, region_name=REGION).meta.service_model
        model = models[step.api].operation_model(step.operation).output_shape
        yield from (f"{step}: {breach}" for breach in breaches(model, step.answer.body))


def other_codes(here, there):
    for ours, theirs in zip(here.steps, there.steps, strict=True):
        operation = (ours.api, ours.operation)
        assert operation == (theirs.api, theirs.operation)
        if not ours.fails or operation in NOT_IN_MOTO:
            continue
        expected = OTHER_CODES.get((*operation, ours.fails), ours.fails)
        if theirs.answer.error != expected:
            yield f"{theirs}: moto gives '{theirs.answer.error}', not '{expected}'"


def told(tour):
    """What each operation's answers told, all steps together: {(api, operation): {path: type}}."""
    found = {}
    for step in tour.steps:
        found.setdefault((step.api, step.operation), {}).update(shape(step.answer.body))
    return found


def other_shapes(here, there):
    for operation, simulated in here.items():
        if operation in NOT_IN_MOTO:
            continue
        in_moto = there[operation]
        name = " ".join(operation)
        for path in sorted(simulated.keys() & in_moto.keys()):
            if simulated[path] != in_moto[path]:
                yield f"{name} {path}: {simulated[path]} here, {in_moto[path]} in moto"
        for who, paths, known in (
            ("moto", in_moto.keys() - simulated.keys(), ONLY_MOTO),
            ("the simulator", simulated.keys() - in_moto.keys(), ONLY_SIMULATOR),
        ):
            strangers, stale = unexpected(paths, known.get(operation, ()))
            yield from (f"{name} {path}: only {who} tells it" for path in sorted(strangers))
            yield from (f"{name} {path}: only {who} should have told it" for path in sorted(stale))


def unexpected(paths, known):
    """The paths that no entry knows of, and the entries that know of none."""

    def covers(entry, path):
        return path == entry or (entry.endswith("*") and path.startswith(entry[:-1]))

    strangers = {p for p in paths if not any(covers(entry, p) for entry in known)}
    stale = {entry for entry in known if not any(covers(entry, p) for p in paths)}
    return strangers, stale


@pytest.mark.parametrize("api, operation", sorted(NOT_IN_MOTO))
def test_moto_lacks_what_it_is_said_to_lack(moto, api, operation):
    parameters = {
        "CancelInstanceRefresh": {"AutoScalingGroupName": "x"},
        "DescribeInstanceRefreshes": {"AutoScalingGroupName": "x"},
        "RollbackInstanceRefresh": {"AutoScalingGroupName": "x"},
        "StartInstanceRefresh": {"AutoScalingGroupName": "x"},
        "GetProducts": {"ServiceCode": "AmazonEC2"},
        "CancelCommand": {"CommandId": "0" * 36},
        "GetRoleCredentials": {"roleName": "x", "accountId": "1" * 12, "accessToken": "x"},
    }
    answer = Boto3(moto.url).ask(api, operation, parameters.get(operation, {}))
    assert answer.status in {404, 500, 501}, f"moto has {api} {operation} now: take it on the tour"
