"""The round trip of `stack check`: a message through a topic into a queue, out of it, and everything deleted again."""

import json
import os
import uuid

import boto3

session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")
sqs, sns, ses = (session.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"]) for name in ("sqs", "sns", "ses"))
name = f"stack-check-{uuid.uuid4().hex[:8]}"

queue = sqs.create_queue(QueueName=name)["QueueUrl"]
topic = sns.create_topic(Name=name)["TopicArn"]
try:
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    sns.publish(TopicArn=topic, Message=json.dumps({"check": name}))
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
    assert json.loads(message["Body"]) == {"check": name}, message
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    ses.verify_email_identity(EmailAddress="check@example.com")
finally:
    sns.delete_topic(TopicArn=topic)
    sqs.delete_queue(QueueUrl=queue)
print("published to a topic, received from a queue, deleted; mail identity accepted")
