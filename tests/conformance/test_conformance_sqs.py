# SPDX-License-Identifier: Apache-2.0
"""SQS: the same calls to moto and to the simulator; the events that AWS sends, to the simulator."""

import json

import botocore.exceptions
import pytest

from support.aws import SimulatedAws
from support.process import wait_for


def code_of(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return caught.value.response["Error"]["Code"]


def test_a_queue_is_found_by_its_name(aws):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    assert url.endswith("/123456789012/events")
    assert sqs.get_queue_url(QueueName="events")["QueueUrl"] == url
    assert sqs.list_queues()["QueueUrls"] == [url]
    assert sqs.list_queues(QueueNamePrefix="other").get("QueueUrls", []) == []
    assert code_of(sqs.get_queue_url, QueueName="none") in {
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    }


def test_a_message_is_received_hidden_and_deleted(aws):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    sent = sqs.send_message(QueueUrl=url, MessageBody="日本 <&>")
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert message["Body"] == "日本 <&>"
    assert message["MessageId"] == sent["MessageId"]
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "0"
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_many_are_received_and_deleted_at_once(aws):
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName="events")["QueueUrl"]
    for number in range(12):
        sqs.send_message(QueueUrl=url, MessageBody=str(number))
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert len(messages) == 10
    entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
    assert len(sqs.delete_message_batch(QueueUrl=url, Entries=entries)["Successful"]) == 10
    assert len(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]) == 2


# --- what moto doesn't have ---


def test_events_come_through_the_queue(start_simulator):
    simulator = start_simulator(
        "--event-queue", "events", "--pending", "0s", "--registering", "0s", "--shutting-down", "0s"
    )
    sqs = SimulatedAws(simulator).client("sqs")
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    heard = []

    def hear():
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        heard.extend(json.loads(m["Body"]) for m in answer.get("Messages", []))
        return {e["detail-type"] for e in heard}

    simulator.post("clusters", name="web", instances=2, kind="asg")
    simulator.post("happen", what="scale_in", cluster="web", hosts=1)
    wait_for(lambda: "EC2 Instance Terminate Successful" in hear(), "the event of the scale-in")
    assert "EC2 Instance State-change Notification" in hear()
    (scaled,) = [e for e in heard if e["detail-type"] == "EC2 Instance Terminate Successful"]
    assert scaled["source"] == "aws.autoscaling"
    assert "shrinking the capacity" in scaled["detail"]["Cause"]
    assert scaled["detail"]["AutoScalingGroupName"] == "web-asg"
