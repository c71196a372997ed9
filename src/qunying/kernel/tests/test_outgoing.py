"""The guarded way out: no nasty address gets a packet, and what is known of a request is told truly."""

import contextlib
import ipaddress
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from qunying.kernel import outgoing
from qunying.kernel.outgoing import Answered, NoAnswer, NotSent, send

# A server that drips does so for twenty seconds; whoever waits for half a second has left long before, even on a busy machine.
DRIPS, NO_LONGER_THAN = 400, 5
PUBLIC_V4, PUBLIC_V6 = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


class Trap:
    """Listens on every address of the machine, v4 and v6, and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self.v4 = socket.create_server(("0.0.0.0", 0))
        self.port = self.v4.getsockname()[1]
        self.sockets = [self.v4]
        with contextlib.suppress(OSError):
            self.sockets.append(socket.create_server(("::", self.port), family=socket.AF_INET6))
        self.running = True
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self) -> None:
        while self.running:
            ready, _, _ = select.select(self.sockets, [], [], 0.05)
            for listening in ready:
                self.visits += 1
                listening.accept()[0].close()

    def close(self) -> None:
        self.running = False
        self.thread.join()
        for listening in self.sockets:
            listening.close()


@pytest.fixture(autouse=True)
def _on_one_machine(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def trap(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Trap]:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    trap = Trap()
    monkeypatch.setattr(outgoing, "PORTS", {*outgoing.PORTS, trap.port})
    yield trap
    trap.close()


# Loopback in all the ways in which it can be written, then private, link-local, shared and special addresses.
NASTY_HOSTS = [
    "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "127.1", "127.0.1",
    "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1", "017700000001",
    "0177.1", "127.0.0.1.0", "00127.0.0.1", "0", "0.0.0.0", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]",
    "[0000::1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:7f00:1::]", "[2002:a00:1::1]", "１２７.０.０.１", "①②⑦.⓪.⓪.①",
    "127。0。0。1", "127．0．0．1", "ｌｏｃａｌｈｏｓｔ",
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "169.254.0.1", "100.64.0.1", "100.100.100.200",
    "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "168.63.129.16",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "0.1.2.3", "[fe80::1]",
    "[fe80::1%25lo]", "[fe80::1%lo]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]",
    "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]", "[2001:10::1]",
]  # fmt: skip

NASTY_URLS = [
    "http://user@127.0.0.1:{port}/", "http://93.184.215.14@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@93.184.215.14/", "http://127.0.0.1:{port}\\@93.184.215.14/",
    "http://93.184.215.14\\@127.0.0.1:{port}/", "http:/127.0.0.1:{port}/", "http:///127.0.0.1:{port}/",
    "//127.0.0.1:{port}/", "http://127.0.0.1:{port}#@93.184.215.14/", "http://[::1:{port}/",
    "http://127.0.0.1%2f:{port}/", "http://%31%32%37.0.0.1:{port}/", "http://127.0.0.1:{port}\r\nHost: x/",
    " http://127.0.0.1:{port}/", "http://127.0.0.1\t:{port}/", "http://127.0.0.1:{port}/\x00",
    "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x", "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/", "HTTP+unix://127.0.0.1:{port}/", "http://", "http://:{port}/", "",
    "http://127.0.0.1:99999/", "http://127.0.0.1:-1/", "http://127.0.0.1:{port}:80/", "http://.:{port}/",
    "http://..:{port}/", "javascript:alert(1)", "http://ex ample.com:{port}/",
    "http://example.com:{port}/ü",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_nasty_host_gets_a_packet(trap: Trap, scheme: str) -> None:
    assert len(NASTY_HOSTS) >= 60
    for host in NASTY_HOSTS:
        outcome = send("POST", f"{scheme}://{host}:{trap.port}/", body=b"x", seconds=2)
        assert isinstance(outcome, NotSent), (host, outcome)
        assert outcome.why in {"bad_url", "address_refused", "name_not_found"}, (host, outcome)
    time.sleep(0.1)
    assert trap.visits == 0


def test_no_nasty_url_gets_a_packet(trap: Trap) -> None:
    for url in NASTY_URLS:
        outcome = send("POST", url.format(port=trap.port), body=b"x", seconds=2)
        assert isinstance(outcome, NotSent), (url, outcome)
        assert outcome.permanent, (url, outcome)
    time.sleep(0.1)
    assert trap.visits == 0


def test_the_trap_would_notice(trap: Trap, settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    assert isinstance(send("POST", f"http://127.0.0.1:{trap.port}/", body=b"x", seconds=2), NoAnswer)
    assert trap.visits == 1


def test_unusual_ports_are_refused(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    for port in (0, 21, 22, 25, 5432, 6379, 9200, 11211, 65535):
        assert send("GET", f"http://{PUBLIC_V4}:{port}/") == NotSent("port_refused", permanent=True)


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have names resolve to these answers, one after the other; returns the list of names asked for."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_rest: object, **_more: object) -> list[Any]:
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def test_one_private_address_among_many_refuses_the_name(trap: Trap, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, [PUBLIC_V4, "127.0.0.1"])
    assert send("POST", f"http://rebind.example:{trap.port}/") == NotSent("address_refused", permanent=True)
    assert trap.visits == 0


def test_the_name_is_looked_up_once_and_the_checked_address_called(
    trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, [PUBLIC_V4], ["127.0.0.1"])
    called: list[str] = []

    def connect(_self: object, host: str, *_rest: object, **_more: object) -> None:
        called.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    assert send("POST", f"http://rebind.example:{trap.port}/") == NotSent("ConnectError")
    assert asked == ["rebind.example"]
    assert called == [PUBLIC_V4]
    assert trap.visits == 0


@pytest.mark.parametrize("address", [PUBLIC_V4, PUBLIC_V6, "64:ff9b::5db8:d70e", "8.8.8.8", "2400:3200::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert outgoing.is_public(address)


def hear(peer: socket.socket) -> bytes:
    """Read one request to its end."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += peer.recv(65536)
    length = int(heard.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
    while len(heard.partition(b"\r\n\r\n")[2]) < length:
        heard += peer.recv(65536)
    return heard


def serve(handle: Callable[[socket.socket], object], context: ssl.SSLContext | None = None) -> int:
    """Serve one connection on loopback and return its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with listening, contextlib.suppress(OSError):
            peer = listening.accept()[0]
            with context.wrap_socket(peer, server_side=True) if context else peer as talking:
                handle(talking)

    threading.Thread(target=run, daemon=True).start()
    return int(listening.getsockname()[1])


def test_an_answer_comes_with_status_headers_and_body() -> None:
    seen: list[bytes] = []

    def handle(peer: socket.socket) -> None:
        seen.append(hear(peer))
        peer.sendall(b"HTTP/1.1 418 Teapot\r\nX-Kind: a\r\nContent-Length: 2\r\n\r\nhi")

    port = serve(handle)
    outcome = send("POST", f"http://127.0.0.1:{port}/a?b=c", headers={"X-Own": "1"}, body=b"{}")
    assert isinstance(outcome, Answered)
    assert (outcome.status, outcome.body, outcome.complete) == (418, b"hi", True)
    assert outcome.headers["x-kind"] == "a"
    assert seen[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{port}".encode() in seen[0]
    assert seen[0].endswith(b"{}")


def test_redirects_are_answers(trap: Trap, settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True

    def handle(peer: socket.socket) -> None:
        hear(peer)
        where = f"http://127.0.0.1:{trap.port}/".encode()
        peer.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + where + b"\r\nContent-Length: 0\r\n\r\n")

    outcome = send("GET", f"http://127.0.0.1:{serve(handle)}/")
    assert isinstance(outcome, Answered)
    assert outcome.status == 302
    time.sleep(0.1)
    assert trap.visits == 0


def test_nobody_listening_means_not_sent() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    assert send("POST", f"http://127.0.0.1:{port}/", body=b"x") == NotSent("ConnectError")


def test_a_closed_connection_after_the_request_means_no_answer() -> None:
    port = serve(hear)
    assert isinstance(send("POST", f"http://127.0.0.1:{port}/", body=b"x"), NoAnswer)


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\n"])
def test_silence_and_dripping_headers_end_at_the_time_limit(drip: bytes) -> None:
    def handle(peer: socket.socket) -> None:
        hear(peer)
        for number in range(DRIPS):
            peer.sendall(drip and (b"X-Drip: 1\r\n" if number else drip))
            time.sleep(0.05)

    started = time.monotonic()
    outcome = send("POST", f"http://127.0.0.1:{serve(handle)}/", body=b"x", seconds=0.4)
    assert isinstance(outcome, NoAnswer)
    assert time.monotonic() - started < NO_LONGER_THAN


def test_a_dripping_body_is_an_answer_cut_off_at_the_time_limit() -> None:
    def handle(peer: socket.socket) -> None:
        hear(peer)
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(DRIPS):
            peer.sendall(b"x")
            time.sleep(0.05)

    started = time.monotonic()
    outcome = send("POST", f"http://127.0.0.1:{serve(handle)}/", body=b"x", seconds=0.4)
    assert isinstance(outcome, Answered)
    assert (outcome.status, outcome.complete) == (200, False)
    assert time.monotonic() - started < NO_LONGER_THAN


def test_a_body_without_end_is_cut_off_at_its_limit() -> None:
    def handle(peer: socket.socket) -> None:
        hear(peer)
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.sendall(b"x" * 65536)

    outcome = send("GET", f"http://127.0.0.1:{serve(handle)}/", max_answer_bytes=1000)
    assert isinstance(outcome, Answered)
    assert (len(outcome.body), outcome.complete) == (1000, False)


def test_rubbish_means_no_answer() -> None:
    def handle(peer: socket.socket) -> None:
        hear(peer)
        peer.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n\r\n")

    assert isinstance(send("GET", f"http://127.0.0.1:{serve(handle)}/"), NoAnswer)


def own_authority(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the TLS context of a server of this name, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=pem.decode())


def test_tls_uses_the_name_though_it_connects_to_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, trusting = own_authority(tmp_path, "hooks.example")
    names: list[str] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name or "")

    def handle(peer: socket.socket) -> None:
        names.append(hear(peer).decode())
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    port = serve(handle, server)
    resolving(monkeypatch, ["127.0.0.1"])
    monkeypatch.setattr(outgoing, "_tls", lambda: trusting)
    outcome = send("POST", f"https://hooks.example:{port}/", body=b"x")
    assert isinstance(outcome, Answered)
    assert names[0] == "hooks.example"
    assert f"Host: hooks.example:{port}" in names[1]


def test_a_certificate_of_another_name_means_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, trusting = own_authority(tmp_path, "other.example")
    port = serve(lambda peer: None, server)
    resolving(monkeypatch, ["127.0.0.1"])
    monkeypatch.setattr(outgoing, "_tls", lambda: trusting)
    assert send("POST", f"https://hooks.example:{port}/", body=b"x") == NotSent("ConnectError")


def test_ipaddress_knows_what_we_build_on() -> None:
    assert not ipaddress.ip_address("100.64.0.1").is_global
    assert not ipaddress.ip_address("::ffff:127.0.0.1").is_global
