"""How a campaign was measured, in sentences for people who will rely on the result."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qunying.campaigns.measuring.report import Cost, Design, Effect, Window
from qunying.campaigns.models import MeasuredBy
from qunying.engines.sample_ratio import SampleRatio
from qunying.kernel.money import display_money
from qunying.kernel.templatetags.console import local_time, number, percent


def method_sentences(
    *,
    design: Design,
    window: Window,
    as_of: datetime,
    effects: dict[str, Effect],
    ratio: SampleRatio,
    cost: Cost,
    currency: str,
    zone: str,
) -> list[str]:
    """Return what was held out, what counts, how sure the comparison can be, and what it cost."""
    return [
        *_of_design(design),
        *_of_window(window, as_of, zone),
        *_of_comparison(design, effects),
        *_of_ratio(ratio),
        *_of_cost(cost, currency),
    ]


def _of_design(design: Design) -> Iterator[str]:
    sizes = {
        "audience": number(design.audience),
        "treatment": number(design.treatment),
        "control": number(design.control),
    }
    if design.holdout_basis_points == 0:
        yield _(
            "Nobody was held out ({reason}). What would have happened without the campaign is not known."
        ).format(reason=design.no_holdout_reason)
    elif design.measured_by == MeasuredBy.COMMUNITIES:
        yield _(
            "Everybody in a community sees its posts. Therefore whole communities were held out, chosen by"
            " chance before the"
            " launch: {held_out} of {communities}, with {control} of {audience} members."
        ).format(
            held_out=design.control_communities,
            communities=design.control_communities + design.treatment_communities,
            **sizes,
        )
    else:
        yield _(
            "Before anything was sent, {control} of {audience} members were held out by chance and got no"
            " message of this"
            " campaign; {treatment} were treated."
        ).format(**sizes)
        if design.has_open_post:
            yield _(
                "A post that everybody in the communities sees reached the held-out members as well, and"
                " fewer than four"
                " communities were addressed, too few to hold some out. The comparison shows what the"
                " direct messages added;"
                " the campaign as a whole is not proven by holdout."
            )
    if design.outside:
        yield ngettext(
            "{count} member of communities on both sides is left out of the comparison.",
            "{count} members of communities on both sides are left out of the comparison.",
            design.outside,
        ).format(count=number(design.outside))
    if design.merged_apart:
        yield ngettext(
            "{count} person turned out to be in the audience twice, on both sides, and is left out.",
            "{count} people turned out to be in the audience twice, on both sides; they are left out.",
            design.merged_apart,
        ).format(count=number(design.merged_apart))


def _of_window(window: Window, as_of: datetime, zone: str) -> Iterator[str]:
    yield _(
        "Orders count from the launch on {start} for {days} days, until {end}. Sales are net of returns."
    ).format(start=local_time(window.start, zone), days=window.days, end=local_time(window.end, zone))
    if not window.is_complete:
        yield _(
            "These are interim figures as of {as_of}. The verdict is given once, when the days are over:"
            " looking again and"
            " again finds effects by chance."
        ).format(as_of=local_time(as_of, zone))


def _of_comparison(design: Design, effects: dict[str, Effect]) -> Iterator[str]:
    yield _("Everybody who was assigned counts, whether or not a message reached them (intention to treat).")
    if design.measured_by == MeasuredBy.COMMUNITIES:
        yield _(
            "Each community counts once, with its mean per member, because its members influence each other."
        )
    elif design.holdout_basis_points:
        yield _(
            "What each member had bought before the launch is taken into account, which makes the intervals"
            " narrower."
        )
    if design.holdout_basis_points == 0:
        return
    orders, sales = effects["orders"].smallest_lift, effects["sales"].smallest_lift
    if orders is None:
        yield _("The groups are too small, or bought too little, to find any effect.")
        return
    yield _("With these sizes, a lift of {lift} in orders per member is found in 8 of 10 cases.").format(
        lift=percent(orders)
    )
    if sales is not None:
        yield _(
            "Sales per member vary far more: there it takes a lift of {lift}. A smaller effect on sales can"
            " be real and still"
            " not be proven."
        ).format(lift=percent(sales))


def _of_ratio(ratio: SampleRatio) -> Iterator[str]:
    if ratio.alarm:
        yield _(
            "Alarm: the groups do not have the sizes that were intended, which chance does not explain."
            " Members of one group"
            " were lost, and the comparison cannot be trusted."
        )


def _of_cost(cost: Cost, currency: str) -> Iterator[str]:
    if cost.budget_minor:
        yield _(
            "By the ledger, incentives have cost {spent}; {held} are held for coupons that members can"
            " still use."
        ).format(
            spent=display_money(cost.spent_minor, currency), held=display_money(cost.held_minor, currency)
        )
