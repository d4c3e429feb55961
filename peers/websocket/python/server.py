"""Python's websockets as its documentation shows it. Ends when standard input does."""

import asyncio
import json
import sys

from websockets.asyncio.server import broadcast, serve
from websockets.exceptions import ConnectionClosedError

subscribers = set()


async def connection(socket):
    try:
        await socket.send(json.dumps({"type": "welcome"}))
        async for text in socket:
            command = json.loads(text)
            if command["type"] == "echo":
                await socket.send(text)
            elif command["type"] == "subscribe":
                subscribers.add(socket)
                await socket.send(json.dumps({"type": "subscribed", "id": command["id"]}))
            elif command["type"] == "publish":
                event = {"type": "message", "topic": command["topic"], "payload": command["payload"]}
                broadcast(subscribers, json.dumps(event))
                reply = {"type": "published", "id": command["id"], "receivers": len(subscribers)}
                await socket.send(json.dumps(reply))
    except ConnectionClosedError:
        # The load generator leaves without a goodbye; a traceback for each would be measured too.
        pass
    finally:
        subscribers.discard(socket)


async def main():
    async with serve(connection, "127.0.0.1", 0, backlog=4096) as server:
        host, port = server.sockets[0].getsockname()
        print(f"{host}:{port}", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
