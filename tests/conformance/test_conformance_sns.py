# SPDX-License-Identifier: Apache-2.0
"""SNS: the same calls to moto and to the simulator."""

import botocore.exceptions
import pytest

from support.aws import SimulatedAws


def test_topics_are_made_and_listed(aws):
    sns = aws.client("sns")
    arns = [sns.create_topic(Name=f"alarms-{n}")["TopicArn"] for n in range(3)]
    assert arns[0].endswith(":123456789012:alarms-0")
    assert sorted(t["TopicArn"] for t in sns.list_topics()["Topics"]) == arns
    sns.delete_topic(TopicArn=arns[0])
    assert sorted(t["TopicArn"] for t in sns.list_topics()["Topics"]) == arns[1:]


def test_paging_through_topics_gives_each_exactly_once(aws):
    sns = aws.client("sns")
    arns = {sns.create_topic(Name=f"topic-{n}")["TopicArn"] for n in range(102)}
    pages = list(sns.get_paginator("list_topics").paginate())
    assert [len(page["Topics"]) for page in pages] == [100, 2]
    assert {t["TopicArn"] for page in pages for t in page["Topics"]} == arns


def test_publishing_answers_an_id_and_needs_a_topic(aws):
    sns = aws.client("sns")
    arn = sns.create_topic(Name="alarms")["TopicArn"]
    assert sns.publish(TopicArn=arn, Subject="web", Message="日本 <&>")["MessageId"]
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        sns.publish(TopicArn=arn + "x", Message="hello")
    assert caught.value.response["Error"]["Code"] in {"NotFound", "NotFoundException"}


def test_what_was_published_can_be_seen(simulator):
    sns = SimulatedAws(simulator).client("sns")
    arn = sns.create_topic(Name="alarms")["TopicArn"]
    sns.publish(TopicArn=arn, Subject="web", Message="日本 <&>")
    assert simulator.world()["published"] == [
        {"topic": "alarms", "subject": "web", "message": "日本 <&>"}
    ]
