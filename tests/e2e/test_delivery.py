# SPDX-License-Identifier: Apache-2.0
"""Messages that don't get there at once, or at all; and that Livesonic says when it works."""

import json
import os
import signal
import socket

import pytest

from support.channels import AT_ONCE, mail_channel, state_of
from support.process import wait_for
from support.webhook import WebhookReceiver

PATIENCE = 60
SECRET = "a-secret-that-signs"
ROUTING_KEY = "0123456789abcdef0123456789abcdef"
# How often it is killed.
CRASHES = int(os.environ.get("LIVESONIC_CRASHES", "10"))
# How many messages are due meanwhile: one for each service of each cluster.
NOTIFICATIONS = int(os.environ.get("LIVESONIC_NOTIFICATIONS", "48"))
CLUSTERS = max(4, NOTIFICATIONS // 50)
SERVICES = NOTIFICATIONS // CLUSTERS
NOTIFICATIONS = CLUSTERS * SERVICES


@pytest.mark.parametrize("mood", ["refuse", "close", "die", "hang"])
def test_over_tls_what_is_not_accepted_comes_again(notifying, tls_webhook, certificate, mood):
    fleet, livesonic = notifying(
        [{"type": "webhook", "name": "ops", "url": tls_webhook.url, "timeout": "1s",
          "ca_file": str(certificate.file)}]
    )
    tls_webhook.mood = mood
    fleet.set_score(fleet.members("web-elb")[0], 7)
    wait_for(lambda: len(tls_webhook.attempts()) >= 2, "two attempts", PATIENCE)
    assert state_of(livesonic, "ops")["waiting"] == 1
    tls_webhook.mood = "accept"
    wait_for(tls_webhook.accepted, "the message", PATIENCE)
    assert len({m.headers["Idempotency-Key"] for m in tls_webhook.attempts()}) == 1
    wait_for(lambda: state_of(livesonic, "ops")["waiting"] == 0, "it noted", PATIENCE)


def test_a_receiver_that_wants_to_be_left_alone_is(notifying, tls_webhook, certificate):
    fleet, _ = notifying(
        [{"type": "webhook", "name": "ops", "url": tls_webhook.url, "ca_file": str(certificate.file)}]
    )
    tls_webhook.mood = "busy"
    fleet.set_score(fleet.members("web-elb")[0], 7)
    wait_for(tls_webhook.attempts, "an attempt", PATIENCE)
    tls_webhook.mood = "accept"
    wait_for(tls_webhook.accepted, "the message", PATIENCE)
    first, second = tls_webhook.attempts()
    assert second.at - first.at >= WebhookReceiver.RETRY_AFTER - 0.1


def test_what_a_channel_refuses_is_given_up_told_elsewhere_and_can_be_retried(
    notifying, webhook, tls_webhook, certificate
):
    fleet, livesonic = notifying(
        [
            {"type": "webhook", "name": "gone", "url": tls_webhook.url, "refusals": 2,
             "ca_file": str(certificate.file)},
            {"type": "webhook", "name": "ops", "url": webhook.url},
        ]
    )
    tls_webhook.mood = "gone"
    victim = fleet.members("web-elb")[0]
    fleet.set_score(victim, 7)
    wait_for(lambda: webhook.kinds("channel:gone"), "the other channel told", PATIENCE)
    told = next(b for b in webhook.accepted() if b["incident"]["cause"] == "channel:gone")
    assert told["incident"]["cluster"] == ""
    assert "HTTP status 404" in told["incident"]["members"][0]["detail"]
    gone = state_of(livesonic, "gone")
    assert gone["broken"] and gone["dead"] == 1 and gone["waiting"] == 0

    # The closing of what was never told there is not told there.
    fleet.relieve(victim)
    wait_for(lambda: webhook.kinds("score") == ["opening", "closing"], "the closing", PATIENCE)
    attempts = len(tls_webhook.attempts())
    livesonic.wait_for_rounds("web", 2)
    assert len(tls_webhook.attempts()) == attempts
    assert {m.body["kind"] for m in tls_webhook.attempts()} == {"opening"}

    assert "broken" in livesonic.run("notify", "list").stdout
    (dead,) = livesonic.json("notify", "dead")["deliveries"]
    assert dead["channel"] == "gone" and dead["last_error"] == "it answered with HTTP status 404"
    tls_webhook.mood = "accept"
    assert livesonic.run("notify", "retry", dead["id"]).returncode == 0
    wait_for(lambda: tls_webhook.kinds() == ["opening", "closing"], "both after all", PATIENCE)
    wait_for(
        lambda: webhook.kinds("channel:gone") == ["opening", "closing"], "it works again", PATIENCE
    )
    assert livesonic.run("notify", "retry", dead["id"]).returncode == 1
    assert livesonic.json("notify", "dead")["deliveries"] == []


def test_no_more_are_sent_than_the_rate_allows(watch, webhook):
    names = [f"s{number}" for number in range(6)]
    services = [
        {"name": n, "command": f"check-{n}", "expect": "active", "clusters": ["web"]}
        for n in names
    ]
    fleet, livesonic = watch(
        "web:1",
        services=services,
        alerts=AT_ONCE,
        notify=[{"type": "webhook", "name": "ops", "url": webhook.url,
                 "rate": {"messages": 2, "within": "4s"}}],
    )
    livesonic.serve()
    wait_for(lambda: len(webhook.accepted()) >= 5, "five messages", PATIENCE)
    at = [message.at for message in webhook.attempts()]
    assert at[4] - at[0] >= 5.5, "two at once, and then one each two seconds"


def test_killed_again_and_again_it_tells_everybody_everything(watch, webhook):
    """Duplicates have the same key, so that receivers can drop them."""
    clusters = ",".join(f"c{number}:1" for number in range(CLUSTERS))
    names = [f"s{number}" for number in range(SERVICES)]
    services = [{"name": n, "command": f"check-{n}", "expect": "active"} for n in names]
    _, livesonic = watch(
        clusters,
        services=services,
        alerts=AT_ONCE,
        notify=[{"type": "webhook", "name": "ops", "url": webhook.url}],
    )
    undelivered = lambda: livesonic.get("/status")["outbox"]["undelivered"]
    patience = PATIENCE + NOTIFICATIONS // 5
    webhook.limit = 0
    livesonic.serve()
    wait_for(lambda: undelivered() == NOTIFICATIONS, "all of them due", patience, pause=0.2)
    mean = max(1, NOTIFICATIONS // (2 * CRASHES))
    for number in range(CRASHES):
        webhook.limit += 1 + number % (2 * mean - 1)
        # In the middle of the sending, each time somewhere else: of one that it waits for the answer
        # to, or wherever it is.
        if number % 2 == 0:
            enough = lambda: len(webhook.accepted()) >= webhook.limit
            wait_for(enough, "some messages", PATIENCE)
        livesonic.process.signal(signal.SIGKILL)
        livesonic.process.wait()
        livesonic.serve()
    assert undelivered() >= NOTIFICATIONS // 4, "they are due all the while"
    webhook.limit = None

    def incidents():
        found = []
        for number in range(CLUSTERS):
            path = f"/incidents?state=all&cluster=c{number}&limit=1000"
            found += livesonic.get(path)["incidents"]
        return {i["id"] for i in found if i["cause"].startswith("service:")}

    assert len(incidents()) == NOTIFICATIONS
    wait_for(lambda: not undelivered(), "all sent", patience, pause=0.5)
    keys = {}
    for body in webhook.accepted():
        keys.setdefault((body["incident"]["id"], body["kind"]), set()).add(body["delivery_id"])
    assert {incident for incident, _ in keys} >= incidents()
    assert len(webhook.accepted()) >= NOTIFICATIONS
    assert all(len(ids) == 1 for ids in keys.values()), "a message has one key for ever"


def test_heartbeats_go_out_and_systemd_is_told_while_it_works(watch, webhook, tmp_path, monkeypatch):
    path = tmp_path / "notify"
    systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    systemd.bind(str(path))
    systemd.settimeout(PATIENCE)
    monkeypatch.setenv("NOTIFY_SOCKET", str(path))
    monkeypatch.setenv("WATCHDOG_USEC", "600000")
    _, livesonic = watch("web:1", heartbeat={"url": webhook.url, "interval": "1s"})
    livesonic.serve()
    assert livesonic.answers()
    told = [systemd.recv(100) for _ in range(4)]
    assert b"READY=1" in told and told.count(b"WATCHDOG=1") >= 2
    wait_for(lambda: len(webhook.attempts()) >= 2, "two heartbeats", PATIENCE)
    livesonic.process.signal(signal.SIGTERM)
    while told[-1] != b"STOPPING=1":
        told.append(systemd.recv(100))
    systemd.close()


def test_no_secret_is_in_logs_answers_or_the_database(
    notifying, webhook, mailbox, certificate, tmp_path
):
    webhook.mood = "gone"
    secrets = ["t0ken-in-the-url", SECRET, ROUTING_KEY, "wr0ng-password"]
    fleet, livesonic = notifying(
        [
            {"type": "webhook", "name": "hook", "url": f"{webhook.url}/{secrets[0]}",
             "secret": SECRET, "refusals": 1},
            {"type": "pagerduty", "name": "pager", "url": webhook.url, "routing_key": ROUTING_KEY},
            mail_channel(mailbox, certificate, password=secrets[3]),
        ]
    )
    fleet.set_score(fleet.members("web-elb")[0], 7)
    for name in ("hook", "pager", "mail"):
        wait_for(lambda: state_of(livesonic, name)["last_error"], f"{name} failing", PATIENCE)
        livesonic.run("notify", "test", name)
    seen = livesonic.process.log_text()
    for words in (["list"], ["dead"], ["test", "hook"]):
        answer = livesonic.run("notify", *words, "--json")
        seen += answer.stdout + answer.stderr
    seen += json.dumps(livesonic.get("/status")) + json.dumps(livesonic.get("/deliveries"))
    livesonic.process.stop()
    seen += livesonic.database.read_bytes().decode(errors="replace")
    for file in livesonic.data_dir.iterdir():
        seen += file.read_bytes().decode(errors="replace")
    assert [secret for secret in secrets if secret in seen] == []
    assert os.stat(livesonic.config_file).st_mode & 0o077 == 0
