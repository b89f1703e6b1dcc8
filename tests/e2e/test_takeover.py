# SPDX-License-Identifier: Apache-2.0
"""A second server that stands by takes over when the first one ends, and says what it owed."""

import signal

import pytest

from support.process import wait_for

PATIENCE = 30
AT_ONCE = {"polls_to_open": 1, "polls_to_close": 1}


@pytest.fixture
def pair(watch, webhook):
    """The fleet, a Livesonic with a server at work, that server, and the one that stands by."""
    fleet, livesonic = watch(
        "web:2", alerts=AT_ONCE, notify=[{"type": "webhook", "name": "ops", "url": webhook.url}]
    )
    livesonic.serve()
    first = livesonic.process
    second = livesonic.start("--standby")
    wait_for(lambda: "standing by" in second.log_text(), "the second one standing by", PATIENCE)
    livesonic.wait_for_rounds("web", 1)
    return fleet, livesonic, first, second


def works(second):
    return "is watching" in second.log_text()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_what_was_opened_by_one_is_closed_by_the_other_once(pair, webhook, end):
    fleet, livesonic, first, second = pair
    victim = fleet.members("web-elb")[0]
    fleet.set_score(victim, 7)
    wait_for(lambda: [m for m in webhook.accepted() if m["kind"] == "opening"], "the page", PATIENCE)
    assert not works(second)
    first.signal(end)
    wait_for(lambda: works(second), "the second one at work", PATIENCE)
    fleet.set_score(victim, 100)
    wait_for(lambda: [m for m in webhook.accepted() if m["kind"] == "closing"], "its end", PATIENCE)
    livesonic.wait_for_rounds("web", 2)
    kinds = [message["kind"] for message in webhook.accepted()]
    assert (kinds.count("opening"), kinds.count("closing")) == (1, 1)


def test_what_was_still_to_be_told_is_told_by_the_other(pair, webhook):
    fleet, livesonic, first, second = pair
    webhook.mood = "hang"
    fleet.set_score(fleet.members("web-elb")[0], 7)
    wait_for(webhook.attempts, "an attempt to deliver", PATIENCE)
    first.signal(signal.SIGKILL)
    webhook.mood = "accept"
    wait_for(lambda: webhook.accepted(), "the page", PATIENCE)
    assert works(second)
    assert {message["kind"] for message in webhook.accepted()} == {"opening"}


def test_one_that_stands_by_can_be_told_to_stop(pair):
    _, livesonic, _, second = pair
    second.signal(signal.SIGTERM)
    assert second.wait(PATIENCE) == 0
    assert livesonic.answers()
