"""The round trip of `stack check`: a message through a topic into a queue, out of it, and everything deleted again."""

import os
import sys
import uuid

import boto3
from botocore.exceptions import BotoCoreError, ClientError

session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
sqs, sns, ses = (session.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"]) for name in ("sqs", "sns", "ses"))


def check(name: str) -> None:
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    topic = sns.create_topic(Name=name)["TopicArn"]
    try:
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        sns.publish(TopicArn=topic, Message=name)
        received = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages", [])
        if [message["Body"] for message in received] != [name]:
            sys.exit(f"published one message, received {received}")
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=received[0]["ReceiptHandle"])
        ses.verify_email_identity(EmailAddress="check@example.com")
    finally:
        sns.delete_topic(TopicArn=topic)
        sqs.delete_queue(QueueUrl=queue)
    print("published to a topic, received from a queue, deleted; mail identity accepted")


try:
    check(f"stack-check-{uuid.uuid4().hex[:8]}")
except (BotoCoreError, ClientError) as error:
    sys.exit(f"{type(error).__name__}: {error}")
