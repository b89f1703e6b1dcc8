# SPDX-License-Identifier: Apache-2.0
"""SNS and SQS."""


def topics(tour):
    ask = tour.ask
    arn = ask("sns", "CreateTopic", Name="tour")["TopicArn"]
    ask("sns", "ListTopics")
    ask("sns", "Publish", TopicArn=arn, Subject="web", Message="日本 <&>")
    ask("sns", "Publish", fails="NotFound", TopicArn=arn + "x", Message="hello")
    ask("sns", "DeleteTopic", TopicArn=arn)


def queues(tour):
    ask = tour.ask
    queue = {"QueueUrl": ask("sqs", "CreateQueue", QueueName="tour")["QueueUrl"]}
    ask("sqs", "GetQueueUrl", QueueName="tour")
    ask("sqs", "ListQueues")
    ask("sqs", "GetQueueUrl", fails="AWS.SimpleQueueService.NonExistentQueue", QueueName="none")
    for number in range(3):
        ask("sqs", "SendMessage", **queue, MessageBody=f"{number} 日本")
    first, *others = ask("sqs", "ReceiveMessage", **queue, MaxNumberOfMessages=10)["Messages"]
    ask("sqs", "ReceiveMessage", **queue)
    ask("sqs", "GetQueueAttributes", **queue, AttributeNames=["All"])
    ask("sqs", "DeleteMessage", **queue, ReceiptHandle=first["ReceiptHandle"])
    handles = [one["ReceiptHandle"] for one in others]
    entries = [{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate(handles)]
    ask("sqs", "DeleteMessageBatch", **queue, Entries=entries)
    ask("sqs", "PurgeQueue", **queue)
    ask("sqs", "DeleteQueue", **queue)
