"""Console page: the statement of one member over everything they ever had."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import csv_response
from qunying.ledger.accounts import PURPOSE_NAMES, OwnerKind
from qunying.ledger.naming import display_amount, name_assets
from qunying.ledger.queries.get_balance import list_balances
from qunying.ledger.queries.list_member_lines import ASSET_KINDS
from qunying.members.queries.describe_members import name_members
from qunying.members.queries.get_member import get_member, list_own_ids
from qunying.rewards.origins import Source
from qunying.rewards.queries.list_statement import StatementLine, describe_lines, list_statement

MOST_ROWS = 100_000
KIND_NAMES = {
    "points": gettext_lazy("Points"),
    "growth": gettext_lazy("Growth value"),
    "money": gettext_lazy("Red-packet money"),
    "coupon": pgettext_lazy("asset", "Coupons"),
    "chance": gettext_lazy("Chances"),
}


@page("rewards.view")
def statement_page(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show every movement of everything that a member has, newest first, and what they have now."""
    member = get_member(member_id)
    kind = request.GET.get("kind", "")
    kind = kind if kind in ASSET_KINDS else ""
    lines = list_statement(member.id, kind)
    if request.GET.get("format") == "csv":
        return _csv(member.id, describe_lines(list(lines.order_by("id")[:MOST_ROWS])))
    found = cut_page(lines, order_by="-id", cursor=request.GET.get("cursor"))
    balances = [pair for own in list_own_ids(member.id) for pair in list_balances(OwnerKind.MEMBER, own)]
    names = name_assets(ref.asset for ref, _amount in balances)
    context = {
        "member_id": member.id,
        "name": name_members([member.id], request.actor).get(member.id, ""),
        "lines": [(line, [(each.text, _link(each)) for each in line.sources]) for line in describe_lines(found.rows)],
        "balances": [
            (names[ref.asset], PURPOSE_NAMES[ref.purpose], display_amount(amount, ref.asset))
            for ref, amount in balances
        ],
        "kinds": [(key, KIND_NAMES[key]) for key in ASSET_KINDS],
        "kind": kind,
        "next_cursor": found.next_cursor,
    }  # fmt: skip
    return show(request, "rewards/statement.html", _("Statement"), context)


def _link(source: Source) -> str:
    try:
        return reverse(source.page, args=[source.key]) if source.page else ""
    except NoReverseMatch:
        return ""


def _csv(member_id: UUID, lines: list[StatementLine]) -> HttpResponse:
    header = [_("Time"), _("Asset"), _("Account"), _("What"), _("Reason"), _("Amount"), _("Balance after"), _("By"), _("Source"), _("Transaction")]  # fmt: skip
    rows = (
        (
            line.at.isoformat(),
            line.asset_name,
            line.purpose_name,
            line.what,
            line.reason,
            line.shown,
            line.balance_shown,
            line.by,
            " · ".join(source.text for source in line.sources),
            line.transaction_id,
        )
        for line in lines
    )
    return csv_response(f"statement-{member_id}", header, rows)


urlpatterns = [path("statements/<uuid:member_id>/", statement_page, name="rewards.statement")]
