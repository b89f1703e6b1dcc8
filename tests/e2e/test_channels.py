# SPDX-License-Identifier: Apache-2.0
"""Each kind of channel against what is really at its other end, and messages that don't get there."""

import json
import os
import pathlib
import re
import signal
import socket
import stat
import textwrap
import time

import pytest

from support.alertmanager import Alertmanager
from support.certificate import Certificate
from support.livesonic import when
from support.mailbox import Mailbox
from support.process import wait_for
from support.webhook import WebhookReceiver

PATIENCE = 60
ROOT = pathlib.Path(__file__).resolve().parents[2]
AT_ONCE = {"polls_to_open": 1, "polls_to_close": 1}
SECRET = "a-secret-that-signs"
ROUTING_KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def certificate(tmp_path):
    return Certificate(tmp_path)


@pytest.fixture
def receiver(certificate):
    """A webhook's other end that speaks TLS."""
    receiver = WebhookReceiver(certificate)
    yield receiver
    receiver.stop()


@pytest.fixture
def mailbox(certificate):
    mailbox = Mailbox(certificate)
    yield mailbox
    mailbox.stop()


@pytest.fixture
def notifying(watch):
    """notifying([channel, …], section=…) gives a fleet of two hosts, and a Livesonic that watches it
    and tells these channels at the first bad poll."""

    def start(channels, **sections):
        fleet, livesonic = watch("web:2", alerts=AT_ONCE, notify=channels, **sections)
        livesonic.serve()
        livesonic.wait_for_rounds("web", 1)
        return fleet, livesonic

    return start


def mail_channel(mailbox, certificate, **more):
    return {
        "type": "mail",
        "name": "mail",
        "host": "127.0.0.1",
        "port": mailbox.port,
        "user": Mailbox.USER,
        "password": Mailbox.PASSWORD,
        "from": "livesonic@monitor.example",
        "to": ["ops@example.com", "boss@example.com"],
        "ca_file": str(certificate.file),
        **more,
    }


def state_of(livesonic, name):
    return next(c for c in livesonic.get("/channels")["channels"] if c["name"] == name)


def text_of(mail, kind="plain"):
    return mail.get_body((kind,)).get_content()


def test_a_mail_goes_to_all_encrypted_with_a_chart_and_its_closing_is_threaded_under_it(
    notifying, mailbox, certificate
):
    fleet, livesonic = notifying(
        [mail_channel(mailbox, certificate)], public_url="https://monitor.example/"
    )
    livesonic.wait_for_rounds("web", 2)
    victim = fleet.members("web-elb")[0]
    fleet.set_score(victim, 7)
    (opening,) = wait_for(mailbox.mails, "a mail", PATIENCE)
    assert opening.encrypted
    assert opening.envelope.rcpt_tos == ["ops@example.com", "boss@example.com"]
    assert opening["From"] == "Livesonic <livesonic@monitor.example>"
    assert opening["Subject"] == "[WARNING] web: low score on 1 of 2 instances"
    assert opening["In-Reply-To"] is None
    assert victim in text_of(opening) and "score 7 is below 40" in text_of(opening)
    assert "https://monitor.example/clusters/web" in text_of(opening)
    assert text_of(opening, "html").count("bgcolor=") >= 2, "bars of the score"

    fleet.relieve(victim)
    wait_for(lambda: len(mailbox.mails()) == 2, "the closing", PATIENCE)
    closing = mailbox.mails()[1]
    assert closing["Subject"] == "[RESOLVED] web: low score is over"
    assert closing["In-Reply-To"] == opening["Message-ID"] == closing["References"]
    assert closing["Message-ID"] != opening["Message-ID"]


def test_one_unknown_address_keeps_no_mail_from_the_others(notifying, mailbox, certificate):
    mailbox.unknown = {"boss@example.com"}
    _, livesonic = notifying([mail_channel(mailbox, certificate)])
    assert livesonic.run("notify", "test", "mail").returncode == 0
    (mail,) = mailbox.mails()
    assert mail.envelope.rcpt_tos == ["ops@example.com"]
    assert "refused some of the addresses: 550 no such user" in livesonic.process.log_text()


@pytest.mark.parametrize(
    "change, complaint",
    [
        ({"password": "wrong"}, "535"),
        ({"ca_file": "/etc/ssl/certs/ca-certificates.crt"}, "certificate"),
        ({"user": "", "password": "", "tls": "none"}, "530"),
    ],
)
def test_a_mail_server_that_says_no_is_quoted(watch, mailbox, certificate, change, complaint):
    channel = {k: v for k, v in mail_channel(mailbox, certificate, **change).items() if v != ""}
    _, livesonic = watch("web:1", notify=[channel])
    answer = livesonic.run("notify", "test", "mail")
    assert answer.returncode == 1
    assert complaint in answer.stderr
    assert Mailbox.PASSWORD not in answer.stderr
    assert mailbox.mails() == []


def test_nothing_is_mailed_in_clear_unless_that_is_said(watch, certificate):
    open_mailbox = Mailbox()
    try:
        channel = mail_channel(open_mailbox, certificate)
        del channel["user"], channel["password"]
        _, livesonic = watch("web:1", notify=[channel])
        answer = livesonic.run("notify", "test", "mail")
        assert answer.returncode == 1 and "STARTTLS" in answer.stderr
        assert open_mailbox.mails() == []
        channel["tls"] = "none"
        livesonic.write_config()
        assert livesonic.run("notify", "test", "mail").returncode == 0
        assert len(open_mailbox.mails()) == 1
    finally:
        open_mailbox.stop()


def test_japanese_mails_have_japanese_words_and_the_time_on_the_wall(
    notifying, mailbox, certificate
):
    channel = mail_channel(mailbox, certificate, language="ja", time_zone="Asia/Tokyo")
    fleet, livesonic = notifying([channel])
    fleet.set_score(fleet.members("web-elb")[0], 7)
    (mail,) = wait_for(mailbox.mails, "a mail", PATIENCE)
    assert mail["Subject"] == "【警告】web: 1 台のスコアが低下しています"
    assert re.search(r"発生: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d JST", text_of(mail))


def test_a_signed_webhook_is_verified_by_the_documents_own_lines(notifying, receiver, certificate):
    _, livesonic = notifying(
        [{"type": "webhook", "name": "ops", "url": receiver.url, "secret": SECRET,
          "ca_file": str(certificate.file)}]
    )
    assert livesonic.run("notify", "test", "ops").returncode == 0
    (message,) = receiver.attempts()
    verify = documented("verify")
    verify(message.headers, message.raw, SECRET.encode())
    for headers, raw, secret in (
        (message.headers, message.raw + b" ", SECRET.encode()),
        (message.headers, message.raw, b"another"),
        ({**message.headers, "X-Livesonic-Timestamp": str(int(time.time()) - 3600)}, message.raw,
         SECRET.encode()),
        ({}, message.raw, SECRET.encode()),
    ):
        with pytest.raises(ValueError):
            verify(headers, raw, secret)


def documented(function):
    """The function that docs/notifications.md shows in Python."""
    text = (ROOT / "docs" / "notifications.md").read_text()
    for block in re.findall(r"^```python\n(.*?)^```", text, re.M | re.S):
        names = {}
        if f"def {function}(" in block:
            exec(textwrap.dedent(block), names)  # noqa: S102
            return names[function]
    raise AssertionError(f"the document has no {function}()")


def test_slack_and_pagerduty_are_told_in_their_own_forms(notifying, webhook):
    fleet, _ = notifying(
        [
            {"type": "slack", "name": "chat", "url": f"{webhook.url}/slack"},
            {"type": "pagerduty", "name": "pager", "url": f"{webhook.url}/pd",
             "routing_key": ROUTING_KEY},
        ]
    )
    victim = fleet.members("web-elb")[0]

    def told(path):
        return [m.body for m in webhook.attempts() if m.path.endswith(path)]

    fleet.set_score(victim, 7)
    wait_for(lambda: told("/slack") and told("/pd"), "both", PATIENCE)
    fleet.relieve(victim)
    wait_for(lambda: len(told("/slack")) == 2 and len(told("/pd")) == 2, "both again", PATIENCE)
    bad, good = (body["attachments"][0] for body in told("/slack"))
    assert bad["title"] == "[WARNING] web: low score on 1 of 2 instances"
    assert victim in bad["text"] and bad["color"] == "#f9a825"
    assert good["color"] == "#2e7d32"
    trigger, resolve = told("/pd")
    assert [trigger["event_action"], resolve["event_action"]] == ["trigger", "resolve"]
    assert trigger["dedup_key"] == resolve["dedup_key"]
    assert trigger["routing_key"] == ROUTING_KEY
    assert trigger["payload"]["severity"] == "warning"


def test_an_open_incident_is_kept_alive_at_alertmanager_and_resolved_there(
    notifying, processes, tmp_path
):
    alertmanager = Alertmanager(processes, tmp_path)
    fleet, livesonic = notifying(
        [{"type": "alertmanager", "name": "am", "url": alertmanager.url, "hold": "3s"}]
    )
    victim = fleet.members("web-elb")[0]
    fleet.set_score(victim, 7)
    (alert,) = wait_for(alertmanager.alerts, "the alert", PATIENCE)
    assert alert["labels"]["alertname"] == "LivesonicScore"
    assert alert["labels"]["cluster"] == "web" and alert["labels"]["severity"] == "warning"
    first = when(alert["endsAt"])
    # Twice as long as it would be held without being posted again.
    def later():
        held = alertmanager.alerts()
        assert held, "it is forgotten while the incident is open"
        return (when(held[0]["endsAt"]) - first).total_seconds() > 6

    wait_for(later, "refreshes", PATIENCE)
    fleet.relieve(victim)
    wait_for(lambda: not alertmanager.alerts(), "resolved", PATIENCE)
    assert livesonic.incidents("open") == []


def test_a_command_gets_the_message_and_no_secret_and_is_killed_at_its_deadline(
    notifying, tmp_path, monkeypatch
):
    monkeypatch.setenv("LIVESONIC_SSH_PASSPHRASE", "hunter2")
    script, told, pids = tmp_path / "tell", tmp_path / "told", tmp_path / "pids"
    script.write_text(
        f'#!/bin/sh\ncat > "$1"\nenv > "$1.env"\n[ "$LIVESONIC_KIND" = opening ] && exit 0\n'
        f"sleep 1000 &\necho $! $$ > {pids}.new\nmv {pids}.new {pids}\nwait\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    fleet, livesonic = notifying(
        [{"type": "command", "name": "run", "timeout": "2s",
          "command": [str(script), str(told), "; touch /tmp/no"]}]
    )
    victim = fleet.members("web-elb")[0]
    fleet.set_score(victim, 7)
    wait_for(lambda: state_of(livesonic, "run")["last_success"], "the opening", PATIENCE)
    message = json.loads(told.read_text())
    assert message["version"] == 1 and message["incident"]["cluster"] == "web"
    environment = told.with_name("told.env").read_text()
    assert "LIVESONIC_SUMMARY=web: low score on 1 of 2 instances\n" in environment
    assert "hunter2" not in environment and "SECRET" not in environment

    fleet.relieve(victim)
    wait_for(lambda: state_of(livesonic, "run")["last_error"], "the deadline", PATIENCE)
    assert "did not end within 2 s" in state_of(livesonic, "run")["last_error"]
    first = [int(pid) for pid in pids.read_text().split()]
    livesonic.process.stop()
    wait_for(lambda: not any(alive(pid) for pid in first), "all of it gone", 10)


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_topic_of_sns_is_published_to(notifying, moto):
    from support.aws import make_client

    sns, sqs = make_client(moto.url, "sns"), make_client(moto.url, "sqs")
    topic = sns.create_topic(Name="ops")["TopicArn"]
    queue = sqs.create_queue(QueueName="taken")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    _, livesonic = notifying(
        [{"type": "sns", "name": "topic", "topic": topic,
          "text": "{severity}: {title} ({cluster})"}],
        aws={"endpoints": {"sns": moto.url}},
    )
    answer = livesonic.run("notify", "test", "topic")
    assert answer.returncode == 0, answer.stderr
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    published = json.loads(message["Body"])
    assert published["Message"].startswith("info: [INFO] Livesonic tests the channel 'topic'")
    assert published["Subject"].startswith("[INFO] Livesonic tests the channel")


@pytest.mark.parametrize("mood", ["refuse", "close", "die", "hang"])
def test_over_tls_what_is_not_accepted_comes_again(notifying, receiver, certificate, mood):
    fleet, livesonic = notifying(
        [{"type": "webhook", "name": "ops", "url": receiver.url, "timeout": "1s",
          "ca_file": str(certificate.file)}]
    )
    receiver.mood = mood
    fleet.set_score(fleet.members("web-elb")[0], 7)
    wait_for(lambda: len(receiver.attempts()) >= 2, "two attempts", PATIENCE)
    assert state_of(livesonic, "ops")["waiting"] == 1
    receiver.mood = "accept"
    wait_for(receiver.accepted, "the message", PATIENCE)
    assert len({m.headers["Idempotency-Key"] for m in receiver.attempts()}) == 1
    wait_for(lambda: state_of(livesonic, "ops")["waiting"] == 0, "it noted", PATIENCE)


def test_a_receiver_that_wants_to_be_left_alone_is(notifying, receiver, certificate):
    fleet, _ = notifying(
        [{"type": "webhook", "name": "ops", "url": receiver.url, "ca_file": str(certificate.file)}]
    )
    receiver.mood = "busy"
    fleet.set_score(fleet.members("web-elb")[0], 7)
    wait_for(receiver.attempts, "an attempt", PATIENCE)
    receiver.mood = "accept"
    wait_for(receiver.accepted, "the message", PATIENCE)
    first, second = receiver.attempts()
    assert second.at - first.at >= WebhookReceiver.RETRY_AFTER - 0.1


def test_what_a_channel_refuses_is_given_up_told_elsewhere_and_can_be_retried(
    notifying, webhook, receiver, certificate
):
    fleet, livesonic = notifying(
        [
            {"type": "webhook", "name": "gone", "url": receiver.url, "refusals": 2,
             "ca_file": str(certificate.file)},
            {"type": "webhook", "name": "ops", "url": webhook.url},
        ]
    )
    receiver.mood = "gone"
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
    attempts = len(receiver.attempts())
    livesonic.wait_for_rounds("web", 2)
    assert len(receiver.attempts()) == attempts
    assert {m.body["kind"] for m in receiver.attempts()} == {"opening"}

    assert "broken" in livesonic.run("notify", "list").stdout
    (dead,) = livesonic.json("notify", "dead")["deliveries"]
    assert dead["channel"] == "gone" and dead["last_error"] == "it answered with HTTP status 404"
    receiver.mood = "accept"
    assert livesonic.run("notify", "retry", dead["id"]).returncode == 0
    wait_for(lambda: receiver.kinds() == ["opening", "closing"], "both after all", PATIENCE)
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
    clusters = ",".join(f"c{number}:1" for number in range(4))
    names = [f"s{number}" for number in range(12)]
    services = [{"name": n, "command": f"check-{n}", "expect": "active"} for n in names]
    _, livesonic = watch(
        clusters,
        services=services,
        alerts=AT_ONCE,
        notify=[{"type": "webhook", "name": "ops", "url": webhook.url}],
    )
    for number in range(10):
        livesonic.serve()
        before = len(webhook.attempts())
        # In the middle of the sending, each time somewhere else.
        if number % 2 == 0:
            wait_for(
                lambda: len(webhook.attempts()) >= before + 1 + number
                or not livesonic.get("/status")["outbox"]["undelivered"],
                "some messages",
                PATIENCE,
            )
        livesonic.process.signal(signal.SIGKILL)
        livesonic.process.wait()
    livesonic.serve()

    def incidents():
        return {i["id"] for i in livesonic.incidents() if i["cause"].startswith("service:")}

    wait_for(lambda: len(incidents()) == 48, "all incidents", PATIENCE)
    wait_for(lambda: not livesonic.get("/status")["outbox"]["undelivered"], "all sent", PATIENCE)
    keys = {}
    for body in webhook.accepted():
        keys.setdefault((body["incident"]["id"], body["kind"]), set()).add(body["delivery_id"])
    assert {incident for incident, _ in keys} >= incidents()
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
