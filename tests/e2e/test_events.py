# SPDX-License-Identifier: Apache-2.0
"""AWS's events through an SQS queue: what happens is known in seconds, with polls ten minutes
apart. The queue is moto's, where the test itself puts EventBridge's messages, and the simulator's,
which puts its own."""

import datetime
import json
import pathlib
import re
import uuid

import pytest

from support.aws import REGION, MotoAws, make_client
from support.process import free_port, wait_for

SECONDS = 15  # a poll would take ten minutes
QUEUE = "livesonic-events"
NO_POLLS = {"poll_interval": "10m", "ssh": {"enabled": False}}
FAST = ("--pending", "0s", "--registering", "0s", "--shutting-down", "0s")
DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "discovery.md"


def eventbridge(kind, source="aws.ec2", **detail):
    now = datetime.datetime.now(datetime.UTC)
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": "123456789012",
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [],
        "detail": {name.replace("_", "-"): value for name, value in detail.items()},
    }


def state_change(instance, state):
    kind = "EC2 Instance State-change Notification"
    return eventbridge(kind, instance_id=instance, state=state)


def interruption(instance):
    kind = "EC2 Spot Instance Interruption Warning"
    return eventbridge(kind, instance_id=instance, instance_action="terminate")


class Queue:
    def __init__(self, url):
        self.sqs = make_client(url, "sqs")
        self.url = self.sqs.create_queue(QueueName=QUEUE)["QueueUrl"]

    def put(self, message):
        body = message if isinstance(message, str) else json.dumps(message)
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def is_empty(self):
        """Also of messages that are hidden because somebody acts on them."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return all(counts["Attributes"][name] == "0" for name in names)


def members(livesonic, path="/clusters/web"):
    return {one["id"]: one for one in livesonic.get(path)["members"]}


def gone(livesonic, instance):
    """What is known of the one that left, as soon as it has."""
    one = members(livesonic, "/clusters/web?gone=true")[instance]
    return one if one["gone_at"] else None


def queue_state(livesonic):
    (state,) = livesonic.get("/status")["event_queues"]
    return state


@pytest.fixture
def world(moto):
    return MotoAws(moto)


@pytest.fixture
def listening(world, make_livesonic):
    """A fleet of three, watched by a server that has seen it, and the queue that it listens to."""
    ids = world.add_load_balancer("web-elb", 3)
    queue = Queue(world.url)
    livesonic = make_livesonic(
        world.url,
        free_port(),
        clusters=[{"name": "web", "elb": "web-elb"}],
        aws={"events": {"queue_url": queue.url}},
        **NO_POLLS,
    )
    livesonic.serve()
    wait_for(lambda: set(members(livesonic)) == set(ids), "the first poll")
    return ids, queue, livesonic


def test_an_instance_that_ends_is_retired_within_seconds(world, listening):
    ids, queue, livesonic = listening
    world.client("ec2").terminate_instances(InstanceIds=ids[:1])
    queue.put(state_change(ids[0], "shutting-down"))
    left = wait_for(lambda: gone(livesonic, ids[0]), "its departure", SECONDS)
    assert left["gone_reason"] == "terminated_by_user"
    assert set(members(livesonic)) == set(ids[1:])
    wait_for(queue.is_empty, "the message being deleted", SECONDS)
    state = queue_state(livesonic)
    assert (state["account"], state["queue_url"]) == ("default", queue.url)
    assert (state["messages"], state["unreadable"], state["error"]) == (1, 0, "")
    assert state["last_message"]


def test_an_announced_interruption_is_shown_and_then_explains(world, listening):
    ids, queue, livesonic = listening
    queue.put(interruption(ids[1]))

    def noticed():
        return members(livesonic)[ids[1]]["standing"]["notice"]

    notice = wait_for(noticed, "the notice", SECONDS)
    assert (notice["kind"], notice["action"]) == ("spot_interruption", "terminate")
    assert notice["deadline"] > notice["at"]
    assert notice["words"] in livesonic.run("cluster", "show", "web").stdout
    assert members(livesonic)[ids[0]]["standing"]["notice"] is None

    world.client("ec2").terminate_instances(InstanceIds=[ids[1]])
    queue.put(state_change(ids[1], "shutting-down"))
    left = wait_for(lambda: gone(livesonic, ids[1]), "its departure", SECONDS)
    assert left["gone_reason"] == "spot_interruption"
    assert "spot interruption: terminate" in left["gone_detail"]


def test_poison_strangers_and_copies_stop_nothing(world, listening):
    ids, queue, livesonic = listening
    world.client("ec2").terminate_instances(InstanceIds=ids[:1])
    ended = state_change(ids[0], "shutting-down")
    wrapped = {"Type": "Notification", "Message": json.dumps(ended)}
    for message in (
        "{",
        "[" * 100_000,
        json.dumps({"detail-type": "x", "source": "aws.ec2", "detail": None}),
        state_change("i-0123456789abcdef0", "running"),
        eventbridge("Order placed", "com.example"),
        wrapped,
        ended,
    ):
        queue.put(message)
    wait_for(lambda: gone(livesonic, ids[0]), "its departure", SECONDS)
    wait_for(lambda: queue_state(livesonic)["unreadable"] == 3, "the poison", SECONDS)
    wait_for(lambda: queue_state(livesonic)["messages"] == 4, "the others", SECONDS)
    assert queue_state(livesonic)["error"] == ""


def test_a_queue_that_is_not_there_is_told_and_then_heard(world, make_livesonic):
    (one,) = world.add_load_balancer("web-elb", 1)
    queue = Queue(world.url)
    queue.sqs.delete_queue(QueueUrl=queue.url)
    livesonic = make_livesonic(
        world.url,
        free_port(),
        clusters=[{"name": "web", "elb": "web-elb"}],
        aws={"events": {"queue_url": queue.url}},
        **NO_POLLS,
    ).serve()
    wait_for(lambda: set(members(livesonic)) == {one}, "the first poll")
    error = wait_for(lambda: queue_state(livesonic)["error"], "the error", SECONDS)
    assert "ReceiveMessage" in error
    assert "AWS's events can't be heard" in livesonic.run("status").stdout

    queue = Queue(world.url)
    world.client("ec2").terminate_instances(InstanceIds=[one])
    queue.put(state_change(one, "shutting-down"))
    wait_for(lambda: gone(livesonic, one), "its departure", 90)  # it asks a minute apart by then
    assert queue_state(livesonic)["error"] == ""


def test_a_server_ends_at_once_while_it_waits_for_messages(listening):
    _, _, livesonic = listening
    wait_for(lambda: queue_state(livesonic)["last_answer"], "an answer", SECONDS)
    assert livesonic.process.stop() is None


def test_the_simulated_account_tells_what_happens_in_it(start_simulator, make_livesonic):
    fleet = start_simulator("--clusters", "web:3", "--seed", "7", "--event-queue", QUEUE, *FAST)
    url = make_client(fleet.url, "sqs").get_queue_url(QueueName=QUEUE)["QueueUrl"]
    livesonic = make_livesonic(
        fleet.url,
        fleet.ssh_port,
        clusters=[{"name": "web", "elb": "web-elb"}],
        aws={"events": {"queue_url": url}},
        **NO_POLLS,
    ).serve()
    ids = fleet.members("web-elb")
    wait_for(lambda: set(members(livesonic)) == set(ids), "the first poll")
    fleet.terminate(ids[0])
    wait_for(lambda: gone(livesonic, ids[0]), "its departure", SECONDS)
    (new,) = fleet.scale("web-elb", 1)
    fleet.terminate(ids[1])  # whatever concerns the cluster shows the new one, too
    wait_for(lambda: new in members(livesonic), "the new instance", SECONDS)


def test_the_documented_template_is_whole():
    """Each reference in it leads somewhere, and each rule may send to the queue."""
    text = DOCUMENT.read_text()
    (template,) = re.findall(r"```yaml\n(AWSTemplateFormatVersion.*?)```", text, re.S)
    resources = set(re.findall(r"^  (\w+):\n    Type: AWS::", template, re.M))
    assert {"Queue", "DeadLetters", "QueuePolicy", "FleetEvents", "ListenerPolicy"} <= resources
    for name in re.findall(r"!(?:GetAtt|Ref) (\w+)", template):
        assert name in resources, name
    rules = set(re.findall(r"^  (\w+):\n    Type: AWS::Events::Rule", template, re.M))
    policy = template[template.index("  QueuePolicy:") : template.index("  FleetEvents:")]
    assert rules == set(re.findall(r"!GetAtt (\w+)\.Arn", policy)) - {"Queue"}
