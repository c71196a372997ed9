"""Addresses: what one is, how it is kept sealed, and how much of it may be seen by anybody."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.models import Fulfilment
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.sealing import seal, unseal
from qunying.kernel.wording import checked_text
from qunying.members.queries.mask_contact import mask_contact

KEPT_FOR = timedelta(days=90)
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,19}")


class BadPhone(Problem):
    """The phone number of an address is none."""

    code = "bad_address_phone"
    kind = Kind.INVALID
    message = _("Give a phone number that the carrier can call: 5 to 20 digits.")


class AddressNeedsConsent(Problem):
    """Nobody agreed that the address is used."""

    code = "address_needs_consent"
    kind = Kind.INVALID
    message = _("Agree that the address is used to send this, or pick it up.")


@dataclass(frozen=True)
class Address:
    """Who gets it, their phone, and where: as it is written on the parcel."""

    name: str
    phone: str
    address: str


def checked_address(typed: Address) -> Address:
    """Return an address that can be written on a parcel.

    Raises:
        BadText, BadPhone.
    """
    name = checked_text(typed.name, field=str(_("recipient")), max_length=60)
    place = checked_text(typed.address, field=str(_("address")), max_length=300, lines=True)
    phone = typed.phone.strip()
    if not _PHONE.fullmatch(phone):
        raise BadPhone
    return Address(name, phone, " ".join(place.split()))


def sealed(address: Address) -> str:
    """Return an address as it is kept."""
    return seal(json.dumps(asdict(address), ensure_ascii=False))


def open_address(found: Fulfilment) -> Address | None:
    """Return the address of a fulfilment, or None when there is none (any more)."""
    return Address(**json.loads(unseal(found.sealed_address))) if found.sealed_address else None


def masked(address: Address) -> Address:
    """Return what anybody may see of an address: enough to tell two parcels apart."""
    hidden = max(0, len(address.address) - 6)
    return Address(
        f"{address.name[0]}{'*' * min(3, len(address.name) - 1)}",
        mask_contact(address.phone),
        f"{address.address[:6]}{'*' * min(6, hidden)}",
    )
