"""What `stack` asks of MongoDB: `settle` makes a fresh mongod a replica set and waits until it can be written to,
`check` is the round trip, with a transaction."""

import sys
import time
import uuid

import pymongo
from pymongo.errors import OperationFailure

url, action = sys.argv[1:]
client = pymongo.MongoClient(url, serverSelectionTimeoutMS=5000)


def settle() -> None:
    hello = client.admin.command("hello")
    if not hello.get("setName"):
        host = "%s:%d" % client.address
        try:
            client.admin.command("replSetInitiate", {"_id": "revcart", "members": [{"_id": 0, "host": host}]})
        except OperationFailure as error:
            if error.codeName != "AlreadyInitialized":
                raise
    deadline = time.monotonic() + 30
    while not client.admin.command("hello").get("isWritablePrimary"):
        if time.monotonic() > deadline:
            sys.exit("it does not become writable")
        time.sleep(0.1)


def check() -> None:
    database = client["stack_check"]
    notes = database[f"notes_{uuid.uuid4().hex[:8]}"]
    try:
        notes.insert_one({"_id": 1, "state": "written"})
        with client.start_session() as session, session.start_transaction():
            notes.update_one({"_id": 1}, {"$set": {"state": "committed"}}, session=session)
        session = client.start_session()
        session.start_transaction()
        notes.delete_one({"_id": 1}, session=session)
        session.abort_transaction()
        assert notes.find_one({"_id": 1}) == {"_id": 1, "state": "committed"}
        print("wrote, committed one transaction, aborted another, read")
    finally:
        notes.drop()


try:
    {"settle": settle, "check": check}[action]()
except pymongo.errors.PyMongoError as error:
    sys.exit(f"{type(error).__name__}: {error}")
