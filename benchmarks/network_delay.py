"""A server that seems to be far away, for `widgets`."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from browser import Server

DELAY = 0.150  # seconds for a round trip, as to a Binder on another continent


@contextlib.contextmanager
def delayed(server: Server) -> Iterator[Server]:
    """The same server behind a proxy that keeps every byte for half of DELAY in each direction."""
    target = int(server.url.rpartition(":")[2])
    loop, ready = asyncio.new_event_loop(), threading.Event()
    ports: list[int] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                loop.call_later(DELAY / 2, writer.write, data)
        loop.call_later(DELAY, writer.close)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pump(reader, there[1]), pump(there[0], writer))

    async def start() -> None:
        proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
        ports.append(proxy.sockets[0].getsockname()[1])
        ready.set()

    threading.Thread(target=lambda: (loop.create_task(start()), loop.run_forever()), daemon=True).start()
    ready.wait()
    yield Server(f"http://127.0.0.1:{ports[0]}", server.log)
    loop.call_soon_threadsafe(loop.stop)
