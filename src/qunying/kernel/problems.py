"""Problems: what a user can cause. Anything else is a defect and crashes loudly.

A problem is a class beside the code that raises it, with a stable code, a kind and a message whose fields are filled in:

    class CouponSoldOut(Problem):
        code = "coupon_sold_out"
        kind = Kind.CONFLICT
        message = _("All coupons of “{offer}” are taken.")

    raise CouponSoldOut(offer=template.name)

A sentence with a number in it names the field that chooses its plural: ``ngettext_lazy("{n} point", "{n} points", "n")``.
"""

import re
from enum import Enum
from typing import Any, ClassVar

from django.utils.functional import Promise

from qunying.kernel.field_names import name_field


class Kind(Enum):
    """What sort of problem it is; doors turn it into a status, an exit code or a screen text."""

    INVALID = ("invalid", 422, 2)
    NOT_FOUND = ("not_found", 404, 3)
    UNAUTHENTICATED = ("unauthenticated", 401, 4)
    FORBIDDEN = ("forbidden", 403, 5)
    CONFLICT = ("conflict", 409, 6)
    LIMITED = ("limited", 429, 7)
    UNAVAILABLE = ("unavailable", 503, 8)

    def __init__(self, label: str, http_status: int, exit_code: int) -> None:
        self.label = label
        self.http_status = http_status
        self.exit_code = exit_code

    @property
    def is_refusal(self) -> bool:
        """Whether the rules of the business say no, so that asking again under the same command says the same."""
        return self in {Kind.INVALID, Kind.NOT_FOUND, Kind.CONFLICT}


type Field = str | int | float | bool | None


# What is missing: a field of the sentence, or the number of a plural, which Django names between quotation marks.
_NAME = re.compile(r"(?:^|')(\w+)(?:$|')")


class Problem(Exception):  # noqa: N818 - a problem is not an error of ours
    """The base of everything a user can cause."""

    code: ClassVar[str]
    kind: ClassVar[Kind]
    message: ClassVar[str | Promise]
    by_code: ClassVar[dict[str, type["Problem"]]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            return
        other = Problem.by_code.setdefault(cls.code, cls)
        if other.__qualname__ != cls.__qualname__ or other.__module__ != cls.__module__:
            raise TypeError(f"{cls!r} and {other!r} share the code {cls.code}")

    def __init__(self, **fields: Field) -> None:
        self.fields = fields
        super().__init__(fields)

    def __str__(self) -> str:
        named = {"field": name_field(self.fields["field"])} if "field" in self.fields else {}
        told: dict[str, Any] = {"code": self.code, **self.fields, **named}
        sentence: Any = self.message
        while True:
            try:
                return str(sentence.format(**told))
            except (
                KeyError
            ) as missing:  # stored by an older version, which lacked what the sentence names today
                told[_NAME.findall(str(missing.args[0]))[-1]] = _Unknown()


class _Unknown(int):
    """What a sentence names and nobody knows."""

    def __format__(self, _spec: str) -> str:
        return "…"
