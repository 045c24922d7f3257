"""Made `signatures.json` beside it: signatures that other people's programs make or accept, for our tests to agree with.

    python3 -m venv v && v/bin/pip install razorpay==2.0.1 stripe==16.1.0 && v/bin/python make.py >signatures.json

Razorpay's package only verifies, so each signature is offered to it and its verdict is kept; Stripe's makes the headers itself.
"""

import hashlib
import hmac
import json
import random

import razorpay
import stripe

RANDOM = random.Random(2026)
SECRETS = ["planted_razorpay_secret", "s", "with spaces and ünïcode", "x" * 100]
# 2026-01-05 12:00 UTC, where the clocks of our tests begin.
NOW = 1767614400


def word(prefix: str) -> str:
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return prefix + "".join(RANDOM.choice(letters) for _ in range(14))


def sign(secret: str, message: str) -> str:
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def accepted(verify, *arguments) -> bool:
    try:
        return bool(verify(*arguments))
    except razorpay.errors.SignatureVerificationError:
        return False


def callbacks():
    for secret in SECRETS:
        client = razorpay.Client(auth=("rzp_test_shop", secret))
        order, payment = word("order_"), word("pay_")
        good = sign(secret, f"{order}|{payment}")
        offers = [
            (order, good),
            (word("order_"), good),
            (order, sign(secret, f"{payment}|{order}")),
            (order, sign(secret + "x", f"{order}|{payment}")),
            (order, good[:-1] + ("0" if good[-1] != "0" else "1")),
        ]
        for named, signature in offers:
            given = {"razorpay_order_id": named, "razorpay_payment_id": payment, "razorpay_signature": signature}
            valid = accepted(client.utility.verify_payment_signature, given)
            yield {"secret": secret, "message": f"{named}|{payment}", "signature": signature, "valid": valid}


def webhooks():
    utility = razorpay.Client(auth=("rzp_test_shop", "unused")).utility
    for secret in SECRETS:
        body = json.dumps({"event": "payment.captured", "note": "naïve ☕", "id": word("pay_")}, ensure_ascii=False)
        good = sign(secret, body)
        for offered, signature in [(body, good), (body + " ", good), (body, sign("other", body))]:
            valid = accepted(utility.verify_webhook_signature, offered, signature, secret)
            yield {"secret": secret, "message": offered, "signature": signature, "valid": valid}


def stripes():
    for index in range(4):
        event = {"id": f"evt_{index}", "object": "event", "type": "payment_intent.succeeded", "data": {"object": {}}}
        body = json.dumps(event, indent=index or None)
        make = stripe.WebhookSignature.generate_signature_header
        yield {"body": body, "header": make(body, "whsec_planted", NOW - index)}


print(json.dumps({"razorpay": [*callbacks(), *webhooks()], "stripe": [*stripes()]}, indent=1, ensure_ascii=False))
