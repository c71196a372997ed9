"""The one way out over HTTP: to addresses that anybody may reach, and with an answer to “did they get it?”.

    outcome = send("POST", url, headers={"Content-Type": "application/json"}, body=b"{}")

A name is looked up once, every address that it has is checked, and the connection goes to a checked address,
with the name for TLS and the
``Host`` header. No redirects, no proxies, few ports, one time limit for the whole exchange, a limit on the
answer's size. What comes back
tells three things apart that a retry must tell apart: :class:`NotSent` (no byte of the request left, trying
again is safe),
:class:`Answered`, and :class:`NoAnswer` (some of it left, nobody knows).
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

PORTS = {80, 443, 8080, 8443}
SECONDS = 15.0
MAX_ANSWER_BYTES = 64 * 1024
_ADDRESSES_TRIED = 3
_MAX_URL = 2000
_READ_AT_ONCE = 16 * 1024

_REFUSED_V4 = [ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")]
_REFUSED_V6 = [ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_GLOBAL_V6 = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")


class BadUrl(Problem):
    """Not a plain http or https address."""

    code = "bad_url"
    kind = Kind.INVALID
    message = _(
        "“{url}” is not an address that can be called. It needs https://, a host name and nothing odd."
    )


class PortRefused(Problem):
    """A port that web services do not use."""

    code = "port_refused"
    kind = Kind.INVALID
    message = _("Port {port} is not allowed. Use the usual ports of web services.")


class AddressRefused(Problem):
    """The name leads into a private or special network."""

    code = "address_refused"
    kind = Kind.INVALID
    message = _("“{host}” leads to an address that is not on the public internet.")


class NameNotFound(Problem):
    """The name has no address, at least not now."""

    code = "name_not_found"
    kind = Kind.UNAVAILABLE
    message = _("The host name “{host}” cannot be found.")


@dataclass(frozen=True)
class NotSent:
    """Nothing of the request left. ``permanent`` says that trying again would not help."""

    why: str
    permanent: bool = False


@dataclass(frozen=True)
class Answered:
    """The answer. ``complete`` is false when its body was cut off, by the limit or by the other side."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool = True


@dataclass(frozen=True)
class NoAnswer:
    """Some of the request left and no answer came: nobody knows whether it was acted upon."""

    why: str


type Outcome = NotSent | Answered | NoAnswer


@dataclass(frozen=True)
class Target:
    """A URL taken apart. ``host`` is ASCII, without brackets; ``path`` begins with a slash and has the
    query."""

    scheme: str
    host: str
    port: int
    path: str


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = SECONDS,
    max_answer_bytes: int = MAX_ANSWER_BYTES,
) -> Outcome:
    """Send one request and tell what is known of it.

    Args:
        method: ``GET``, ``POST`` …
        url: absolute; http or https.
        headers: besides ``Host``, ``Content-Length`` and ``User-Agent``.
        body: what to send.
        seconds: limit for everything from connecting to the last byte of the answer; looking up the name
            comes before.
        max_answer_bytes: how much of the answer's body is read.
    """
    try:
        target = parse_url(url)
        addresses = addresses_of(target.host, target.port)
    except (BadUrl, PortRefused, AddressRefused) as refusal:
        return NotSent(refusal.code, permanent=True)
    except NameNotFound as refusal:
        return NotSent(refusal.code)
    wire = _Wire(addresses[:_ADDRESSES_TRIED], time.monotonic() + seconds)
    sent_headers = {"User-Agent": "Qunying/1", "Accept": "application/json", **(headers or {})}
    try:
        return _exchange(wire, method, target, sent_headers, body, max_answer_bytes)
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        why = type(error).__name__
        return NoAnswer(why) if wire.has_sent else NotSent(why)


def parse_url(url: str) -> Target:
    """Take a URL apart, strictly: what two programs could read in two ways is refused.

    Raises:
        BadUrl: for anything but ``http(s)://host[:port][/path][?query]`` in plain ASCII or with an
            international host name.
        PortRefused: for ports that web services do not use.
    """
    if len(url) > _MAX_URL or any(ord(sign) <= 0x20 or ord(sign) == 0x7F or sign == "\\" for sign in url):
        raise BadUrl(url=url[:100])
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadUrl(url=url[:100]) from error
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not host or parts.fragment:
        raise BadUrl(url=url[:100])
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise BadUrl(url=url[:100])
    port = port if port is not None else {"http": 80, "https": 443}[parts.scheme]
    if port not in PORTS and not settings.ALLOW_PRIVATE_ADDRESSES:
        raise PortRefused(port=port)
    return Target(parts.scheme, _ascii_host(host, url), port, path)


def addresses_of(host: str, port: int) -> list[str]:
    """Look a name up once and return its addresses, all of them checked.

    Raises:
        AddressRefused: when one of them is not on the public internet.
        NameNotFound: when there is none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise NameNotFound(host=host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses:
        raise NameNotFound(host=host)
    if not settings.ALLOW_PRIVATE_ADDRESSES and not all(is_public(address) for address in addresses):
        raise AddressRefused(host=host)
    return addresses


def is_public(address: str) -> bool:
    """Tell whether an IP address is an ordinary one of the public internet."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in network for network in _REFUSED_V4)
    if ip.scope_id:
        return False
    if ip in _NAT64:
        return is_public(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _GLOBAL_V6 and ip.is_global and not any(ip in network for network in _REFUSED_V6)


def _ascii_host(host: str, url: str) -> str:
    """Return a host name in ASCII; numbers that only some programs read as an address are refused."""
    if ":" in host:
        try:
            return str(IPv6Address(host))
        except ValueError as error:
            raise BadUrl(url=url[:100]) from error
    try:
        name = host.encode("idna").decode().lower().rstrip(".")
    except UnicodeError as error:
        raise BadUrl(url=url[:100]) from error
    last = name.rpartition(".")[2]
    if not name or not all(sign.isalnum() or sign in "-._" for sign in name) or len(name) > 253:
        raise BadUrl(url=url[:100])
    if last.isdigit() or last.startswith("0x"):
        try:
            return str(IPv4Address(name))
        except ValueError as error:
            raise BadUrl(url=url[:100]) from error
    return name


def _exchange(
    wire: "_Wire", method: str, target: Target, headers: Mapping[str, str], body: bytes, max_answer_bytes: int
) -> Answered:
    literal = f"[{target.host}]" if ":" in target.host else target.host
    usual = target.port == {"http": 80, "https": 443}[target.scheme]
    headers = {"Host": literal if usual else f"{literal}:{target.port}", **headers}
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )
    seconds = max(0.001, wire.seconds_left())
    limits = dict.fromkeys(("connect", "read", "write", "pool"), seconds)
    connection = httpcore.HTTPConnection(
        origin=url.origin, ssl_context=_tls() if target.scheme == "https" else None, network_backend=wire
    )
    with (
        connection,
        connection.stream(
            method, url, headers=list(headers.items()), content=body, extensions={"timeout": limits}
        ) as answer,
    ):
        text, complete = _body(answer.iter_stream(), max_answer_bytes)
        named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return Answered(answer.status, named, text, complete)


def _body(chunks: Iterable[bytes], limit: int) -> tuple[bytes, bool]:
    """Read a body up to a limit; a status line that came is an answer, even when the body breaks off."""
    read = b""
    try:
        for chunk in chunks:
            read += chunk
            if len(read) > limit:
                return read[:limit], False
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        return read, False
    return read, True


def _tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


class _Wire(httpcore.NetworkBackend):
    """Connects to checked addresses only, whatever name it is asked for, and knows whether anything was
    written."""

    def __init__(self, addresses: list[str], deadline: float) -> None:
        self.addresses = addresses
        self.deadline = deadline
        self.has_sent = False

    def seconds_left(self) -> float:
        """Return how much of the time limit is left."""
        return self.deadline - time.monotonic()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the address was chosen before
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - one limit for everything
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers."""
        error: Exception = httpcore.ConnectTimeout()
        for address in self.addresses:
            left = self.seconds_left()
            if left <= 0:
                break
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    address, port, left, local_address, socket_options
                )
                return _Stream(stream, self)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as problem:
                error = problem
        raise error


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to the time limit of the whole exchange and notes the first byte that
    leaves."""

    def __init__(self, stream: httpcore.NetworkStream, wire: _Wire) -> None:
        self._stream = stream
        self._wire = wire

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        left = self._wire.seconds_left()
        if left <= 0:
            raise httpcore.ReadTimeout
        return self._stream.read(min(max_bytes, _READ_AT_ONCE), left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        left = self._wire.seconds_left()
        if left <= 0:
            raise httpcore.WriteTimeout
        if buffer:
            self._wire.has_sent = True
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = max(0.001, self._wire.seconds_left())
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._wire)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
