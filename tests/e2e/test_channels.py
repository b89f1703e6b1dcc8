# SPDX-License-Identifier: Apache-2.0
"""Each kind of channel against what is really at its other end."""

import json
import pathlib
import re
import stat
import textwrap
import time

import pytest

from support.alertmanager import Alertmanager
from support.aws import make_client
from support.channels import mail_channel, state_of, text_of
from support.livesonic import when
from support.mailbox import Mailbox
from support.process import wait_for

PATIENCE = 60
ROOT = pathlib.Path(__file__).resolve().parents[2]
SECRET = "a-secret-that-signs"
ROUTING_KEY = "0123456789abcdef0123456789abcdef"


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


def test_a_signed_webhook_is_verified_by_the_documents_own_lines(notifying, tls_webhook, certificate):
    _, livesonic = notifying(
        [{"type": "webhook", "name": "ops", "url": tls_webhook.url, "secret": SECRET,
          "ca_file": str(certificate.file)}]
    )
    assert livesonic.run("notify", "test", "ops").returncode == 0
    (message,) = tls_webhook.attempts()
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
