"""Runs localstripe so that only this machine can reach it, and so that it keeps its objects where the stack keeps its data.

By itself it listens on every interface, and writes everything it knows to /tmp with every request. Here the socket is bound
to 127.0.0.1, and the objects are written once, when the process is asked to end; after `kill -9` it has those of its last
orderly start. Never changes what localstripe answers.
"""

import os
import pickle
import socket
import sys

from aiohttp import web
from localstripe import resources, server

PORT = int(sys.argv[1])
FILE = os.path.join(sys.argv[2], "objects.pickle")


def load() -> None:
    try:
        with open(FILE, "rb") as file:
            dict.update(resources.store, pickle.load(file))
    except FileNotFoundError:
        pass


async def save(_app) -> None:
    with open(FILE + ".new", "wb") as file:
        pickle.dump(dict(resources.store), file, protocol=pickle.HIGHEST_PROTOCOL)
    os.replace(FILE + ".new", FILE)


def main() -> None:
    resources.Store.dump_to_disk = lambda _store: None
    load()
    server.app.on_shutdown.append(save)
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", PORT))
    web.run_app(server.app, sock=listening, access_log=None, print=None, shutdown_timeout=2)


if __name__ == "__main__":
    main()
