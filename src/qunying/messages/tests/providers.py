"""Fake providers on loopback that count what they take: a web server and a mail server, each with a mood."""

import contextlib
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

type Answer = tuple[int, dict[str, str], bytes]


class WebProvider:
    """Takes messages over HTTP. ``mood`` makes the answer from the number of the request; it may also sleep
    or raise.

    Raising closes the connection without an answer, after the message was taken.
    """

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.mood: Callable[[int], Answer] = lambda _number: (200, {}, b'{"errcode":0,"errmsg":"ok"}')
        self.arrived = threading.Event()
        self.lock = threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with provider.lock:
                    provider.heard.append((self.path, dict(self.headers), body))
                    provider.taken.append(json.loads(body))
                    number = len(provider.taken)
                provider.arrived.set()
                try:
                    status, headers, text = provider.mood(number)
                except ConnectionAbortedError:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in {**headers, "Content-Length": str(len(text))}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(text)

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def ids(self) -> Counter[str]:
        """How often each message came."""
        return Counter(message["data"]["id"] for message in self.taken)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def silent(_number: int) -> Answer:
    """A mood: take the message and say nothing."""
    raise ConnectionAbortedError


class MailProvider:
    """Takes messages over SMTP. ``replies`` overrides the reply to a command; an empty reply hangs up."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.replies: dict[str, str] = {}
        self.connections = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer = self.listening.accept()[0]
                self.connections += 1
                threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), peer, peer.makefile("rwb") as line:
            self._say(line, "GREETING", "220 ready")
            while command := line.readline().decode().strip():
                word = command.split(":")[0].split(" ")[0].upper()
                usual = {"EHLO": "250 fake", "DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok")
                self._say(line, word, usual)
                if word == "DATA" and self.replies.get("DATA", "354").startswith("354"):
                    self._take(line)

    def _take(self, line: Any) -> None:
        text = b""
        while (row := line.readline()) != b".\r\n":
            text += row
        self.taken.append(text.decode())
        self._say(line, "END", "250 taken")

    def _say(self, line: Any, word: str, usual: str) -> None:
        reply = self.replies.get(word, usual)
        if not reply:
            raise ValueError(word)
        line.write(f"{reply}\r\n".encode())
        line.flush()

    def close(self) -> None:
        self.listening.close()


@contextlib.contextmanager
def closing[T: WebProvider | MailProvider](provider: T) -> Iterator[T]:
    """Give a provider and close it afterwards."""
    try:
        yield provider
    finally:
        provider.close()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
