"""A mail server that delivers to a maildir, for tests: STARTTLS on one port, TLS from the start on the other.

It lets in whoever names no account, or the one account with its password. Recipients at bounce.test do not exist (550),
those at later.test are to be tried again (451).
"""

import argparse
import asyncio
import os
import signal
import ssl

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

REFUSALS = {
    "bounce.test": "550 5.1.1 there is nobody of that name",
    "later.test": "451 4.3.0 come back later",
}


class Sink(Mailbox):
    """Keeps mails, but for recipients that are made to fail."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        refusal = REFUSALS.get(address.rpartition("@")[2].lower())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"


async def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--tls-port", type=int, required=True)
    arguments.add_argument("--maildir", required=True)
    arguments.add_argument("--certificate", required=True)
    arguments.add_argument("--key", required=True)
    arguments.add_argument("--account", required=True)
    given = arguments.parse_args()
    password = os.environ["SMTP_SINK_PASSWORD"]

    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(given.certificate, given.key)
    sink = Sink(given.maildir)

    def known(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (given.account.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    def connection(**more):
        return lambda: SMTP(sink, hostname="localhost", authenticator=known, enable_SMTPUTF8=True, **more)

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, ended.set)
    servers = [
        await loop.create_server(connection(tls_context=tls, auth_require_tls=True), "127.0.0.1", given.port),
        # TLS is there already, which the library cannot see
        await loop.create_server(connection(auth_require_tls=False), "127.0.0.1", given.tls_port, ssl=tls),
    ]
    await ended.wait()
    for server in servers:
        server.close()


asyncio.run(main())
