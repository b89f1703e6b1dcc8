# SPDX-License-Identifier: Apache-2.0
"""From a suffering host to the messages about it: one opening and one closing, whatever happens."""

import pytest

from support.livesonic import when
from support.process import wait_for

PATIENCE = 40
NGINX = {
    "name": "nginx",
    "command": "systemctl is-active nginx",
    "expect": "active",
    "clusters": ["web"],
}


@pytest.fixture
def watched(watch, webhook):
    """A fleet of three hosts, and the Livesonic that watches it and tells the webhook."""
    fleet, livesonic = watch(
        "web:3",
        services=[NGINX],
        alerts={"score_below": 40, "service_down": True},
        notify=[{"type": "webhook", "name": "ops", "url": webhook.url}],
    )
    livesonic.serve()
    livesonic.wait_for_rounds("web", 1)
    return fleet, livesonic


def test_a_low_score_opens_one_incident_after_three_polls_and_closes_it_once(watched, webhook):
    fleet, livesonic = watched
    victim = fleet.members("web-elb")[0]
    fleet.set_score(victim, 7)
    (opening,) = wait_for(webhook.accepted, "an opening", PATIENCE)
    assert opening["kind"] == "opening"
    assert opening["incident"]["cluster"] == "web"
    assert opening["incident"]["cause"] == "score"
    assert [member["instance"] for member in opening["incident"]["members"]] == [victim]
    assert "score 7" in opening["incident"]["members"][0]["detail"]

    (incident,) = livesonic.incidents("open")
    assert incident["id"] == opening["incident"]["id"]
    history = livesonic.get(f"/clusters/web/instances/{victim}/history?last=1h")["points"]
    opened = when(incident["opened_at"])
    bad = [point for point in history if point["score"] == 7 and when(point["at"]) <= opened]
    assert len(bad) == 3, "it opens at the third bad poll, no sooner and no later"
    livesonic.wait_for_rounds("web", 2)
    assert webhook.kinds() == ["opening"], "an incident that goes on is not told again"

    fleet.relieve(victim)
    wait_for(lambda: len(webhook.accepted()) >= 2, "a closing", PATIENCE)
    livesonic.wait_for_rounds("web", 3)
    assert webhook.kinds() == ["opening", "closing"]
    closing = webhook.accepted()[1]
    assert closing["incident"]["id"] == incident["id"]
    assert when(closing["incident"]["closed_at"]) > opened
    assert closing["delivery_id"] != opening["delivery_id"]
    assert livesonic.incidents("open") == []


def test_a_service_that_goes_down_is_one_incident_that_names_it(watched, webhook):
    fleet, livesonic = watched
    down = sorted(fleet.members("web-elb")[:2])
    for victim in down:
        fleet.service_down(victim, "nginx")
    wait_for(webhook.accepted, "an opening", PATIENCE)
    (incident,) = wait_for(
        lambda: [i for i in livesonic.incidents("open") if len(i["members"]) == 2],
        "both instances in one incident",
        PATIENCE,
    )
    assert incident["cause"] == "service:nginx"
    assert sorted(member["instance"] for member in incident["members"]) == down
    assert all("inactive" in member["detail"] for member in incident["members"])

    fleet.relieve(down[0])
    livesonic.wait_for_rounds("web", 4)
    assert webhook.kinds() == ["opening"], "it goes on while one instance suffers"
    fleet.relieve(down[1])
    wait_for(lambda: webhook.kinds() == ["opening", "closing"], "the closing", PATIENCE)


def test_a_scale_in_is_no_news(watched, webhook):
    fleet, livesonic = watched
    (gone,) = fleet.scale("web-elb", -1)
    wait_for(
        lambda: gone not in livesonic.members("web"), "the terminated instance retired", PATIENCE
    )
    livesonic.wait_for_rounds("web", 4)
    retired = livesonic.members("web", "--gone")[gone]
    assert retired["gone_reason"] in ("terminated_by_user", "scale_in")
    assert "terminat" in retired["gone_detail"].lower() or "EC2" in retired["gone_detail"]
    assert livesonic.get(f"/clusters/web/instances/{gone}/history?last=1h")["points"]
    assert livesonic.incidents() == []
    assert webhook.attempts() == []


@pytest.mark.parametrize("mood", ["refuse", "close"])
def test_a_message_that_is_not_accepted_comes_again_with_the_same_id(watched, webhook, mood):
    fleet, livesonic = watched
    webhook.mood = mood
    victim = fleet.members("web-elb")[0]
    fleet.set_score(victim, 7)
    wait_for(lambda: len(webhook.attempts()) >= 2, "two attempts", PATIENCE)
    outbox = livesonic.get("/status")["outbox"]
    assert outbox["undelivered"] == 1
    assert outbox["last_error"]

    # It is over before the opening could be told: the closing has to wait for its turn.
    fleet.relieve(victim)
    wait_for(lambda: not livesonic.incidents("open"), "the incident closed", PATIENCE)
    assert {message.body["kind"] for message in webhook.attempts()} == {"opening"}
    webhook.mood = "accept"
    wait_for(lambda: webhook.kinds() == ["opening", "closing"], "both messages", PATIENCE)

    opening, closing = webhook.accepted()
    for message in webhook.attempts():
        sent = message.body
        known = opening if sent["kind"] == "opening" else closing
        assert sent["delivery_id"] == known["delivery_id"]
        assert message.headers["Idempotency-Key"] == sent["delivery_id"]
        assert message.headers["X-Livesonic-Delivery"] == sent["delivery_id"]
    wait_for(lambda: livesonic.get("/status")["outbox"]["undelivered"] == 0, "an empty outbox")


def test_a_receiver_that_hangs_neither_stops_the_polls_nor_loses_the_message(watch, webhook):
    fleet, livesonic = watch(
        "web:2",
        notify=[{"type": "webhook", "url": webhook.url, "timeout": "1s"}],
    )
    webhook.mood = "hang"
    livesonic.serve()
    fleet.set_score(fleet.members("web-elb")[0], 7)
    wait_for(webhook.attempts, "an attempt", PATIENCE)
    livesonic.wait_for_rounds("web", 2)
    livesonic.process.stop()

    webhook.mood = "accept"
    livesonic.serve()
    wait_for(webhook.accepted, "the message after a restart", PATIENCE)
    assert {message.body["delivery_id"] for message in webhook.attempts()} == {
        webhook.accepted()[0]["delivery_id"]
    }
