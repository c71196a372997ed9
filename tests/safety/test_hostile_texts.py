"""Whatever a stranger, a file or a colleague writes, no page runs it: one of everything is named with an attack and looked at."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.urls import Resolver404, resolve, reverse
from playwright.sync_api import Browser, Error

from qunying.accounts.models import User
from qunying.accounts.tests.make import make_staff
from qunying.campaigns.models import Campaign
from qunying.campaigns.tests.make import launch, make_approved, make_audience
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.tests.make import make_community, take_over
from qunying.content.tests.make import make_published, make_submission
from qunying.content.tests.make_boards import answer, make_board, say
from qunying.intake.models import QuarantinedEvent
from qunying.intake.tests.test_ingest_events import send
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from qunying.moderation.tests.make import make_penalty
from qunying.rewards.tests.make import make_coupon
from qunying.shell.nouns import noun_packages
from tests.live.browser import Visitor, visitor
from tests.live.site import Site
from tests.pages.test_console_pages import menu_pages
from tests.safety.addresses import addresses

pytestmark = pytest.mark.browser

# Breaks out of text, attributes, scripts, JSON, style and templates; each part sets the same mark when it runs.
ATTACK = (
    "</script></title></textarea><script>window.hit=1</script>\"'><img src=x onerror=window.hit=1>"
    "<svg onload=window.hit=1>{{7*7}}{% debug %}${window.hit=1}"
)
# What people, files and strangers fill in; codes, ids and addresses are not theirs to choose.
WRITTEN = {
    "name", "title", "text", "description", "nickname", "positioning", "value", "rules", "subject", "body", "theme",
    "note", "reason", "goal", "source", "detail", "author_name", "public_name", "tag", "file_name", "country", "label",
    "selling_points", "lessons", "introduction", "wording", "comment", "advantage", "strengths", "duties", "topic",
}  # fmt: skip
MOST_PAGES = 90
NO_WORDS = "ERR_HTTP_RESPONSE_CODE_FAILURE"  # a refusal with an empty body


def make_one_of_everything() -> None:
    """Fill an installation, so that no page is empty."""
    member = make_member(attributes={"country": "France"}, tags=["vip"], consents={"mailbox": True})
    community = make_community()
    take_over(community, RosterRow(platform_user_id="wx_1", nickname="Ann", role="owner"))
    make_coupon(member_id=member.id)
    campaign = make_approved([person.id for person in make_audience(12)])
    launch(campaign)
    make_published()
    make_submission()
    board = make_board()
    answer(say(board, member).post_id, make_member())
    make_penalty(make_member())
    send({"name": ATTACK, "source_event_id": "1"}, now=clock.now())


def rename_everything() -> int:
    """Put the attack into every written text of every noun; returns how many columns took it."""
    names = {package.split(".")[1] for package in noun_packages()}
    columns = [
        (model, field)
        for model in apps.get_models()
        if model.__module__.split(".")[1] in names
        and model._meta.managed
        and "event" not in model._meta.model_name
        for field in model._meta.concrete_fields
        if field.name in WRITTEN
        and isinstance(field, models.CharField | models.TextField)
        and not field.choices
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # sealed rows too
        for model, field in columns:
            _rename(model, field.name, field.max_length)
    return len(columns)


def _rename(model: type[models.Model], name: str, max_length: int | None) -> None:
    for place, row in enumerate(model._default_manager.all()[:30]):
        model._default_manager.filter(pk=row.pk).update(**{name: f"{place} {ATTACK}"[: max_length or 10_000]})


@pytest.fixture(scope="module")
def owner(browser: Browser, site: Site) -> Iterator[Visitor]:
    with site.inside():
        person = make_staff()
        make_one_of_everything()
        assert rename_everything() > 30
        User.objects.filter(pk=person.pk).update(name=f"A {ATTACK}"[:100])
    with visitor(browser, site, language="en-GB", album="hostile-texts") as someone:
        someone.sign_in(person)
        yield someone


def is_hit(owner: Visitor) -> bool:
    """Tell whether anything planted has run on the page that is open."""
    return bool(owner.page.evaluate("'hit' in window"))


def walk(owner: Visitor, starts: list[str], prefix: str) -> list[str]:
    """Open the pages and what they lead to, one for each kind of address; return those that ran something."""
    waiting, kinds, wrong = list(starts), set(), []
    while waiting and len(kinds) < MOST_PAGES:
        path = waiting.pop(0)
        try:
            kind = resolve(urlsplit(path).path).url_name
        except Resolver404:
            continue
        if kind in kinds:
            continue
        kinds.add(kind)
        try:
            owner.page.goto(owner.site.address + path, wait_until="load")
        except Error as not_shown:
            if NO_WORDS in not_shown.message:
                owner.page.wait_for_url("chrome-error://**")
                owner.page.goto("about:blank")
            elif "Download is starting" not in not_shown.message:
                raise
            continue
        if is_hit(owner):
            wrong.append(path)
        links = owner.page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        waiting += [
            link for link in links if link.startswith(prefix) and "download" not in link and "csv" not in link
        ]
    assert len(kinds) > 5
    return wrong


def test_the_attack_is_noticed_where_nothing_is_escaped(owner: Visitor) -> None:
    owner.page.goto("about:blank")
    owner.page.set_content(f"<p>{ATTACK}</p>", wait_until="load")
    assert is_hit(owner)


def test_no_page_of_the_console_runs_what_was_written(owner: Visitor) -> None:
    with owner.site.inside():
        assert QuarantinedEvent.objects.exists()
    assert not walk(owner, menu_pages(), "/console/")
    owner.observer.settle()


def test_no_page_for_members_runs_what_was_written(owner: Visitor) -> None:
    starts = [address.path for address in addresses("m/") if not address.has_arguments]
    assert not walk(owner, starts, "/m/")
    owner.observer.settle()


def test_a_report_in_a_file_of_its_own_runs_nothing_either(owner: Visitor) -> None:
    with owner.site.inside():
        campaign = Campaign.objects.get()
    file = owner.page.request.get(owner.site.address + reverse("campaigns.report_file", args=[campaign.id]))
    assert "&lt;svg" in file.text()
    owner.page.goto("about:blank")  # where no policy of ours protects anybody
    owner.page.set_content(file.text(), wait_until="load")
    assert not is_hit(owner)
