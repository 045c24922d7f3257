"""Runs LocalStack so that it can be taken away and given back with its queues.

LocalStack keeps everything in memory: stopping the process would empty every queue, which no outage of SQS does. So a
broker that is to be unreachable closes its listening socket and resets its connections instead:

- SIGUSR1: away. New connections are refused, open ones reset.
- SIGUSR2: back, on the same port, with what it had.

Never changes what LocalStack answers while it is there.
"""

import asyncio
import functools
import os
import signal
import socket

PORT = int(os.environ["GATEWAY_LISTEN"].rpartition(":")[2])


class Gateway:
    """The server behind PORT: how it was started, and who is connected to it."""

    def __init__(self) -> None:
        self.loop = self.server = self.callback = self.options = None
        self.connections: set[asyncio.StreamWriter] = set()
        self.original = asyncio.start_server

    async def start_server(self, callback, *args, sock=None, **options):
        """Stands for `asyncio.start_server`, and remembers the one server that matters."""
        if sock is None or sock.getsockname()[1] != PORT:
            return await self.original(callback, *args, sock=sock, **options)
        self.loop = asyncio.get_running_loop()
        self.callback = functools.partial(self.connected, callback)
        self.options = options
        self.server = await self.original(self.callback, *args, sock=sock, **options)
        return self.server

    async def connected(self, callback, reader, writer) -> None:
        self.connections.add(writer)
        try:
            await callback(reader, writer)
        finally:
            self.connections.discard(writer)

    async def leave(self) -> None:
        if self.server is None:
            return
        self.server.close()
        self.server = None
        for writer in list(self.connections):
            writer.transport.abort()

    async def come_back(self) -> None:
        if self.server is not None or self.options is None:
            return
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", PORT))
        self.server = await self.original(self.callback, sock=listening, **self.options)

    def on_signal(self, action):
        def handle(*_):
            if self.loop is not None:
                self.loop.call_soon_threadsafe(lambda: self.loop.create_task(action()))

        return handle


def main() -> None:
    gateway = Gateway()
    asyncio.start_server = gateway.start_server
    signal.signal(signal.SIGUSR1, gateway.on_signal(gateway.leave))
    signal.signal(signal.SIGUSR2, gateway.on_signal(gateway.come_back))

    from localstack.runtime.main import main as run

    run()


if __name__ == "__main__":
    main()
