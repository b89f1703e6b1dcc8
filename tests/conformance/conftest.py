# SPDX-License-Identifier: Apache-2.0
"""The same questions to every AWS there is here: a world is made in the endpoint's own way, and then
asked about through boto3, which knows nothing of either."""

import pytest

from support.aws import MotoAws, SimulatedAws

FAST = ("--pending", "0s", "--registering", "0s", "--shutting-down", "0s")


@pytest.fixture
def simulator(start_simulator):
    """An empty simulator in which instances change state at once."""
    return start_simulator("--seed", "7", *FAST)


@pytest.fixture(params=["moto", "simulator"])
def aws(request):
    if request.param == "moto":
        return MotoAws(request.getfixturevalue("moto"))
    return SimulatedAws(request.getfixturevalue("simulator"))
