"""A TCP proxy that behaves badly on purpose, and a plain HTTPS server to stand behind it."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FAULTS = ("none", "drip", "reset", "garbage", "hang", "close")


class FaultProxy:
    """Forwards bytes to ``port``; ``fault`` may change between connections. It runs in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.fault = "none"
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._writers: list[asyncio.StreamWriter] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        """Every connection ends before the loop does: one left over would complain in some later test."""
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0.05)  # the transports say goodbye

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            self._writers.append(writer)
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.append(back)
            await asyncio.gather(self._pump(reader, back), self._spoil(there, writer))
        writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _spoil(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The answer's way back; the handshake passes, so that the fault hits the answer itself."""
        passed = 0
        while data := await reader.read(65536):
            hits = passed > 1500  # bytes: the handshake is through
            passed += len(data)
            if hits and self.fault == "reset":
                writer.write(data[: len(data) // 2])
                return writer.transport.abort()
            if hits and self.fault == "garbage":
                data = bytes(byte ^ 0x55 for byte in data)
            if hits and self.fault == "close":
                return writer.close()
            if hits and self.fault == "hang":
                await asyncio.sleep(60)
            step = 1 if hits and self.fault == "drip" else len(data)
            for start in range(0, len(data), step):
                writer.write(data[start : start + step])
                await writer.drain()
                if step == 1:
                    await asyncio.sleep(0.2)
        writer.close()
        return None

    @contextmanager
    def running(self) -> Iterator["FaultProxy"]:
        self._thread.start()
        self._ready.wait(5)
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", "0")))
        body = b"x" * 2000
        self.send_response(self.status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def https_server(folder: Path, status: int = 200) -> Iterator[int]:
    """A server with the node's certificate that wants a member's; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    context.load_verify_locations(folder / "authority.crt")
    context.verify_mode = ssl.CERT_REQUIRED
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("_Answering", (_Answer,), {"status": status}))
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
