"""Mappings: which header means which field, and the habits of the system that wrote the file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from qunying.intake.orders.fields import FIELDS, ORDER_FIELDS, plain_header
from qunying.kernel.problems import Kind, Problem

OWN_SHOP = "shop"


class MissingColumns(Problem):
    """The file lacks columns without which there is no order."""

    code = "import_missing_columns"
    kind = Kind.INVALID
    message = _("Columns are missing or not recognised: {missing}. The file has: {found}.")


class BadMapping(Problem):
    """A mapping names a field that does not exist, or one header twice."""

    code = "import_bad_mapping"
    kind = Kind.INVALID
    message = _("The mapping cannot be used: {reason}.")


class MappingNotFound(Problem):
    """No mapping has this name."""

    code = "import_mapping_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no mapping “{name}”. Known ones: {known}.")


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Options:
    """How the system that wrote the file behaves.

    Attributes:
        source: whose order numbers these are; equal numbers of two sources are two orders.
        channel: the sales channel of rows that name none.
        cancellation_prefix: order numbers with this before the digits are cancellations.
        adjustment_prefix: order numbers with this before the digits are entries of the bookkeeping.
        day_first: how 3/4/2025 reads; ``auto`` decides by the whole column.
    """

    source: str = OWN_SHOP
    channel: str = ""
    cancellation_prefix: str = ""
    adjustment_prefix: str = ""
    day_first: Literal["auto", "day", "month"] = "auto"


@dataclass(frozen=True)
class OrderMapping:
    """``columns`` is field → header of the file."""

    name: str
    columns: Mapping[str, str]
    options: Options = field(default_factory=Options)

    def as_json(self) -> dict[str, Any]:
        """Return the mapping as it is stored."""
        return {"name": self.name, "columns": dict(self.columns), "options": asdict(self.options)}


# The export files of shop systems: signature headers that tell them apart, and their habits. Columns are
# found by the fields' headers.
_READY: dict[str, tuple[tuple[str, ...], Options]] = {
    "retail": (("invoiceno", "stockcode"), Options(cancellation_prefix="C", adjustment_prefix="A")),
    "retail-2": (("invoice", "stockcode"), Options(cancellation_prefix="C", adjustment_prefix="A")),
    "tmall": (("买家会员名", "订单编号"), Options(source="tmall", channel="Tmall")),
    "tmall-lines": (("标题", "购买数量", "订单编号"), Options(source="tmall", channel="Tmall")),
    "jd": (("订单号", "下单帐号"), Options(source="jd", channel="JD")),
    "jd-2": (("订单号", "京东价"), Options(source="jd", channel="JD")),
    "pinduoduo": (("订单号", "商家实收金额元"), Options(source="pinduoduo", channel="Pinduoduo")),
    "wechat-shop": (("订单号", "商品编码自定义"), Options(source="wechat_shop", channel="WeChat")),
    "youzan": (("订单号", "归属店铺"), Options(source="youzan", channel="Youzan")),
}
READY_NAMES = tuple(name for name in _READY if not re.search(r"-(2|lines)$", name))


def ready_options(name: str) -> Options | None:
    """Return the habits of a system whose export is known, or None."""
    return _READY[name][1] if name in _READY else None


def guess_mapping(headers: Sequence[str], options: Options | None = None, name: str = "") -> OrderMapping:
    """Return which header means what, as far as headers tell.

    Args:
        headers: the header row of the file.
        options: the habits to assume; by default those of the system whose headers these are.
        name: what to call it.
    """
    plain = {plain_header(header): header for header in reversed(headers) if header}
    if options is None:
        name, options = _recognise(set(plain))
    columns: dict[str, str] = {}
    for meaning in ORDER_FIELDS:
        spellings = (plain_header(spelling) for spelling in meaning.headers)
        header = next((plain[s] for s in spellings if s in plain and plain[s] not in columns.values()), None)
        if header is not None:
            columns[meaning.name] = header
    if "unit_price" in columns or "line_amount" in columns:
        columns.pop(
            "order_amount", None
        )  # what each row says is nearer to the truth than a share of the total
    return OrderMapping(name, columns, options)


def _recognise(plain: set[str]) -> tuple[str, Options]:
    for name, (signature, options) in _READY.items():
        if all(part in plain for part in signature):
            return re.sub(r"-(2|lines)$", "", name), options
    return "", Options()


def checked_mapping(
    name: str, columns: Mapping[str, str], options: Mapping[str, Any] | Options
) -> OrderMapping:
    """Return a mapping that makes sense by itself.

    Raises:
        BadMapping: when it names unknown fields or options, or one header for two fields.
    """
    unknown = set(columns) - set(FIELDS)
    if unknown:
        raise BadMapping(reason=f"{', '.join(sorted(unknown))}?")
    used = {meaning: header.strip() for meaning, header in columns.items() if header.strip()}
    if len(set(used.values())) < len(used):
        raise BadMapping(reason=str(_("one column is used for two fields")))
    if not isinstance(options, Options):
        try:
            options = TypeAdapter(Options).validate_python(dict(options))
        except ValidationError as error:
            first = error.errors()[0]
            raise BadMapping(reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    options = replace(options, source=options.source.strip() or OWN_SHOP)
    return OrderMapping(name, used, options)


def places(mapping: OrderMapping, headers: Sequence[str]) -> dict[str, int]:
    """Return field → place of its column in the file.

    Raises:
        MissingColumns: when a mapped header is not there, or what every order needs is not mapped.
    """
    plain = {plain_header(header): place for place, header in reversed(list(enumerate(headers)))}
    exact = {header: place for place, header in reversed(list(enumerate(headers)))}
    found: dict[str, int] = {}
    missing: list[str] = []
    for meaning, header in mapping.columns.items():
        place = exact.get(header, plain.get(plain_header(header)))
        if place is None:
            missing.append(f"{FIELDS[meaning].title} (“{header}”)")
        else:
            found[meaning] = place
    missing += [
        str(meaning.title)
        for meaning in ORDER_FIELDS
        if meaning.is_required and meaning.name not in mapping.columns
    ]
    if not {"stock_code", "description"} & set(mapping.columns):
        missing.append(str(FIELDS["stock_code"].title))
    if not {"unit_price", "line_amount", "order_amount"} & set(mapping.columns):
        missing.append(str(FIELDS["unit_price"].title))
    if missing:
        shown = ", ".join(header for header in headers if header)
        raise MissingColumns(missing=", ".join(missing), found=shown[:500])
    return found
