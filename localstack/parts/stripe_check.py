"""A round trip through the Stripe of the stack: a payment is made, confirmed and given back."""

import base64
import json
import sys
import urllib.parse
import urllib.request

URL = sys.argv[1]
KEY = base64.b64encode(b"sk_test_check:").decode()


def post(path: str, **fields: str) -> dict:
    data = urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(f"{URL}/v1/{path}", data, {"Authorization": f"Basic {KEY}"})
    with urllib.request.urlopen(request, timeout=5) as reply:
        return json.load(reply)


def main() -> None:
    intent = post("payment_intents", amount="499", currency="inr", payment_method="pm_card_visa")
    paid = post(f"payment_intents/{intent['id']}/confirm")
    refund = post("refunds", payment_intent=intent["id"], amount="99")
    if (paid["status"], refund["status"]) != ("succeeded", "succeeded"):
        sys.exit(f"paid: {paid['status']}, given back: {refund['status']}")
    print("took a payment and gave part of it back")


if __name__ == "__main__":
    main()
