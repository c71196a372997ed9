"""The packing list: what goes where, with two columns to be filled in and sent back."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qunying.fulfilment.addresses import Address, open_address
from qunying.fulfilment.queries.list_fulfilments import list_ready


def packing_header() -> list[str]:
    """Return the head of the list, in words that the import knows again."""
    return [
        pgettext("packing list", "number"),
        pgettext("packing list", "what"),
        _("how many"),
        _("recipient"),
        _("phone"),
        _("address"),
        _("due"),
        _("carrier"),
        _("tracking number"),
    ]


def packing_rows(numbers: Sequence[int]) -> Iterator[list[object]]:
    """Yield the rows of those numbers that still wait."""
    wanted = set(numbers)
    for found in list_ready():
        if found.id in wanted:
            to = open_address(found) or Address("", "", "")
            due = found.due_at.date().isoformat()
            yield [found.id, found.title, found.quantity, to.name, to.phone, to.address, due, "", ""]
