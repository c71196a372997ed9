"""From what a member was seen with to the keyed hash that is kept of it."""

import ipaddress
import unicodedata

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity
from qunying.vetting.models import Mark

LONGEST = 300
DEVICE, NETWORK = Mark.Kind.DEVICE.value, Mark.Kind.NETWORK.value
V4_BLOCK, V6_BLOCK = 24, 48


class BadMark(Problem):
    """This cannot be a device, network, phone, address or payment account."""

    code = "bad_mark"
    kind = Kind.INVALID
    message = _("This is not a {kind} that can be compared.")


def digest_of(kind: str, value: str) -> str:
    """Return the keyed hash of what a member was seen with, the same for every spelling of it.

    Args:
        kind: a ``Mark.Kind``.
        value: as it came: a network address, a phone number, a delivery address …

    Raises:
        BadMark: when it is empty, too long, or cannot be of the kind.
    """
    spelling = _spelling(kind, value)
    return salted_hmac(f"qunying.vetting.{kind}", spelling, algorithm="sha256").hexdigest()[:32]


def _spelling(kind: str, value: str) -> str:
    if kind not in Mark.Kind.values or not value.strip() or len(value) > LONGEST:
        raise BadMark(kind=kind[:20])
    if kind == Mark.Kind.NETWORK:
        return _block(value)
    if kind == Mark.Kind.PHONE:
        try:
            return normalise_identity("phone", value)
        except BadIdentity as error:
            raise BadMark(kind=kind) from error
    # Widths, case, spaces and punctuation are how people write, not where they live.
    folded = unicodedata.normalize("NFKC", value).casefold()
    spelling = "".join(sign for sign in folded if sign.isalnum())
    if not spelling:
        raise BadMark(kind=kind)
    return spelling


def _block(value: str) -> str:
    """Return the block that a network address belongs to: neighbours in it are often one subscriber."""
    try:
        address = ipaddress.ip_address(value.strip())
    except ValueError as error:
        raise BadMark(kind=Mark.Kind.NETWORK) from error
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    size = V4_BLOCK if address.version == 4 else V6_BLOCK
    return str(ipaddress.ip_network(f"{address}/{size}", strict=False))
