"""Mappings by name: saved ones, and those that come with the product."""

from collections.abc import Sequence

from qunying.intake.models import ImportMapping
from qunying.intake.orders.mapping import (
    READY_NAMES,
    MappingNotFound,
    OrderMapping,
    checked_mapping,
    guess_mapping,
    ready_options,
)


def get_mapping(name: str, headers: Sequence[str]) -> OrderMapping:
    """Return the mapping of a name; a ready one finds its columns among the headers of the file.

    Raises:
        MappingNotFound: when no mapping has the name.
    """
    saved = ImportMapping.objects.filter(name=name).first()
    if saved is not None:
        return checked_mapping(saved.name, saved.columns, saved.options)
    options = ready_options(name)
    if options is None:
        raise MappingNotFound(name=name[:80], known=", ".join(list_mapping_names()))
    return guess_mapping(headers, options, name)


def list_mapping_names() -> list[str]:
    """Return the names of all mappings, saved ones first."""
    return [*ImportMapping.objects.order_by("name").values_list("name", flat=True), *READY_NAMES]
