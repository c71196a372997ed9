"""Loading the sample brand into an empty installation."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from qunying.accounts.actions.change_brand import change_brand
from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.members.actions.take_over_consents import take_over_consents
from qunying.members.queries.consent_wording import consent_text
from qunying.members.queries.list_members import count_members
from qunying.sample.activities import make_activities
from qunying.sample.boards import make_boards, make_mirror
from qunying.sample.campaigns import (
    run_the_past_one,
    run_the_present_one,
    submit_the_next_one,
    write_messages,
)
from qunying.sample.communities import make_communities
from qunying.sample.content import make_content
from qunying.sample.crises import make_crises
from qunying.sample.honours import make_honours
from qunying.sample.hosting import host_communities
from qunying.sample.keeping_order import keep_order
from qunying.sample.loyalty import make_loyalty
from qunying.sample.orders import import_file
from qunying.sample.people import set_up_brand
from qunying.sample.points_shop import make_points_shop
from qunying.sample.sales import make_sales
from qunying.sample.segments import make_segments, refresh_segments
from qunying.sample.submissions import make_submissions
from qunying.sample.talk import fill_communities
from qunying.sample.timeline import (
    ANALYSIS_AT,
    CURRENCY,
    INSTALLER,
    LAUNCHED_AT,
    PLANNED_AT,
    ZONE,
    command,
    fixed_id,
)
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.queries.evaluate_rule import evaluate_segment

ORDERS = Path(__file__).with_name("online_retail.parquet")

Report = Callable[[str], object]


@override(settings.LANGUAGE_CODE)  # also on the command line: the texts of the sample are the brand's
def load_sample(report: Report) -> None:
    """Load the sample unless it is there, or the installation has members of its own.

    Args:
        report: told in words what goes on.
    """
    brand = get_brand()
    if brand.is_sample or (count_members(limit=1) and not brand.name.startswith("示例")):
        return
    now = clock.now()
    report(
        "Loading the sample: a year of real orders of a British gift shop (UCI Online Retail, CC BY 4.0) …"
    )
    set_up_brand(now)
    import_file(
        ORDERS, actor=INSTALLER, command=command, run_id=fixed_id("import"), zone=ZONE, currency=CURRENCY
    )
    report("Walking once through the loop: segments, communities, campaigns …")
    segments = make_segments(PLANNED_AT)
    recent = evaluate_segment(segments["bought-in-90-days"], LAUNCHED_AT)
    _agree("recent", recent)
    messages = write_messages(PLANNED_AT)
    run_the_past_one(segments["bought-in-90-days"], messages["autumn"])
    change_brand(command_id=command("analysis"), actor=INSTALLER, now=now, analysis_at=ANALYSIS_AT)
    refresh_scores(command_id=command("scores"), actor=INSTALLER, now=now, backfill=True)
    refresh_segments(segments, now)
    shop_owners = evaluate_segment(segments["continental-europe"], ANALYSIS_AT)
    communities = make_communities(
        {"gift-lovers": recent[:320], "shop-owners": shop_owners[:160]}, ANALYSIS_AT
    )
    sleeping = evaluate_segment(segments["sleeping-big-spenders"], ANALYSIS_AT)
    _agree("sleeping", [*sleeping, *shop_owners[:160]])
    run_the_present_one(segments["sleeping-big-spenders"], messages["winter"], now)
    submit_the_next_one(list(communities.values()), messages["post"], now)
    fill_communities(communities, now)
    people = {"gift-lovers": recent[:320], "shop-owners": shop_owners[:160], "newcomers": recent[320:340]}
    host_communities(communities, people, segments["bought-in-90-days"], now)
    boards = make_boards(recent[:20], ANALYSIS_AT)
    make_mirror(communities["gift-lovers"], ANALYSIS_AT)
    make_content(recent[:30], communities, now)
    make_submissions(recent[50:56], now)
    keep_order(recent[60:72], boards[1], communities["gift-lovers"], now)
    make_crises(communities["gift-lovers"], now)
    make_loyalty(now)
    make_activities(recent[90:120], now)
    make_sales(recent[100:110], now)
    make_points_shop(recent[120:126], now)
    make_honours(recent[10], now)
    change_brand(command_id=command("done"), actor=INSTALLER, now=now, is_sample=True)
    report("The sample is ready.")


def _agree(who: str, members: list[UUID]) -> None:
    """Let members of the sample agree to its mailbox: without consent nobody is written to."""
    take_over_consents(
        command_id=command(f"consent:{who}"),
        actor=INSTALLER,
        now=PLANNED_AT,
        member_ids=members,
        channel="mailbox",
        granted=True,
        text=consent_text(get_brand().name, "mailbox"),
    )
