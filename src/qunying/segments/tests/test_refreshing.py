"""Members of segments, lists, scores and stages in the database."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from qunying.accounts.models import Brand
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel.actors import Actor, Forbidden, system
from qunying.kernel.ids import new_id
from qunying.members.models import IdentityMap, Member
from qunying.members.tests.make import make_member
from qunying.segments.actions.archive_segment import SegmentInUse, archive_segment
from qunying.segments.actions.change_definitions import change_definitions
from qunying.segments.actions.change_segment import SegmentChangedMeanwhile, SegmentIsList, change_segment
from qunying.segments.actions.create_segment import BadSlug, SlugTaken, create_segment
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.actions.refresh_segment import refresh_segment
from qunying.segments.actions.set_static_members import SegmentHasRule, set_static_members
from qunying.segments.doors.jobs import refresh_all
from qunying.segments.models import MemberScore, Segment, SegmentChange, SegmentMember
from qunying.segments.queries.check_stages import StagesIncomplete
from qunying.segments.queries.evaluate_rule import evaluate_rule, evaluate_segment
from qunying.segments.queries.find_scores import find_scores
from qunying.segments.queries.get_segment import SegmentNotFound
from qunying.segments.queries.preview_rule import preview_rule
from qunying.segments.rules.policy import DEFAULT_STAGES
from qunying.segments.rules.reading import RuleInvalid
from qunying.shop.events import ORDER_PAID
from qunying.stream.models import Event
from qunying.stream.record import NewEvent, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
BUYERS: dict[str, Any] = {"event": "order_paid", "count": {"at_least": 1}, "within": {"days": 30}}


def command(now: datetime = NOW, actor: Actor | None = None) -> dict[str, Any]:
    return {"command_id": str(new_id()), "actor": actor or system("test"), "now": now}


def member(days_ago: int = 400, **fields: Any) -> UUID:
    return make_member(
        first_seen_at=NOW - timedelta(days=days_ago), now=NOW - timedelta(days=days_ago), **fields
    ).id


def buy(member_id: UUID, days_ago: float, amount: int = 1000) -> None:
    at = NOW - timedelta(days=days_ago)
    with transaction.atomic():
        record(
            NewEvent(
                type=ORDER_PAID,
                occurred_at=at,
                received_at=at,
                member_id=member_id,
                amount_minor=amount,
                quantity=1,
            )
        )


def make_segment(rule: dict[str, Any] | None = None, **fields: Any) -> UUID:
    return create_segment(
        **command(), name=fields.pop("name", "Some members"), rule=rule, **fields
    ).segment_id


def test_members_enter_and_leave_as_time_passes_without_events() -> None:
    anna, bert = member(), member()
    buy(anna, 10)
    segment_id = make_segment(BUYERS)
    first = refresh_segment(**command(), segment_id=segment_id)
    assert (first.count, first.entered, first.left, first.as_of) == (1, 1, 0, NOW)
    buy(bert, 0)
    later = NOW + timedelta(days=21)
    second = refresh_segment(**command(later), segment_id=segment_id)
    assert (second.count, second.entered, second.left) == (1, 1, 1)
    third = refresh_segment(**command(later), segment_id=segment_id)
    assert (third.count, third.entered, third.left) == (1, 0, 0)
    buy(anna, -20.5)
    assert refresh_segment(**command(later), segment_id=segment_id).entered == 1
    log = SegmentChange.objects.order_by("id").values_list("member_id", "entered", "at")
    assert list(log) == [(anna, True, NOW), (bert, True, later), (anna, False, later), (anna, True, later)]
    assert set(SegmentMember.objects.values_list("member_id", flat=True)) == {anna, bert}


def test_preview_refresh_and_evaluation_agree_and_past_days_reproduce() -> None:
    people = [member(tags=["vip"]) for _each in range(5)]
    for number, person in enumerate(people):
        buy(person, 5 + number * 10)
    segment_id = make_segment(BUYERS)
    as_of = NOW - timedelta(days=14)
    expected = sorted(people[1:4])
    assert evaluate_segment(segment_id, as_of) == evaluate_rule(BUYERS, as_of) == expected
    assert preview_rule(BUYERS, as_of).count == 3
    assert refresh_segment(**command(), segment_id=segment_id, as_of=as_of).count == 3
    buy(people[0], 20)
    assert evaluate_segment(segment_id, as_of) == sorted(people[:4]), (
        "an order that arrives late belongs to its own day"
    )


def test_the_sample_shows_names_only_to_those_who_may_see_them() -> None:
    person = member(name="王小明")
    buy(person, 1)
    masked = preview_rule(BUYERS, NOW)
    assert [(one.member_id, one.name) for one in masked.sample] == [(person, "王**")]
    assert (
        preview_rule(BUYERS, NOW, actor=Actor("staff", "x", frozenset({"segments.*"}))).sample[0].name
        == "王**"
    )
    assert preview_rule(BUYERS, NOW, actor=system("test")).sample[0].name == "王小明"
    assert preview_rule({"tag": "nobody"}, NOW).count == 0


def test_a_merged_member_counts_once() -> None:
    kept, merged = member(), member()
    buy(kept, 3)
    buy(merged, 4)
    listed = make_segment(name="List")
    set_static_members(**command(), segment_id=listed, entries=[str(kept), str(merged)])
    IdentityMap.objects.create(key=merged, member_id=kept)
    rule = {"event": "order_paid", "count": {"equals": 2}}
    assert evaluate_rule(rule, NOW) == [kept]
    assert evaluate_segment(listed, NOW) == [kept]
    assert refresh_segment(**command(), segment_id=listed).count == 1


def test_who_was_merged_can_be_taken_off_a_list_and_is_added_once() -> None:
    kept, merged = member(), member()
    listed = make_segment(name="List")
    set_static_members(**command(), segment_id=listed, entries=[str(merged)])
    IdentityMap.objects.create(key=merged, member_id=kept)
    added = set_static_members(**command(), segment_id=listed, entries=[str(kept)], mode="add")
    assert (added.count, evaluate_segment(listed, NOW)) == (1, [kept])
    other = make_segment(name="Other")
    set_static_members(**command(), segment_id=other, entries=[str(kept)])
    IdentityMap.objects.all().delete()
    set_static_members(**command(), segment_id=other, entries=[str(merged)])
    IdentityMap.objects.create(key=merged, member_id=kept)
    removed = set_static_members(**command(), segment_id=other, entries=[str(merged)], mode="remove")
    assert (removed.count, evaluate_segment(other, NOW)) == (0, [])


def test_a_segment_that_cannot_be_refreshed_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qunying.segments.doors.jobs.clock.now", lambda: NOW)
    anna = member()
    buy(anna, 10)
    broken, whole = make_segment(BUYERS, name="A"), make_segment(BUYERS, name="Z")
    Segment.objects.filter(pk=broken).update(rule={"segment": "nowhere"})
    refresh_all.func.__wrapped__()  # type: ignore[attr-defined]
    assert SegmentMember.objects.get().segment_id == whole


def test_whose_contact_it_is_is_not_told_by_a_list() -> None:
    """To those who work with pseudonyms: by the number of the shop they find people as elsewhere."""
    person = member(
        identities=[("shop_customer", "17850"), ("phone", "13812341234")], email="anna@example.org"
    )
    analyst = make_staff(Role.ANALYST).actor
    listed = make_segment(name="List")
    contacts = ["13812341234", "anna@example.org"]
    asked = set_static_members(**command(actor=analyst), segment_id=listed, entries=contacts)
    assert (asked.count, asked.unmatched) == (0, contacts)
    assert set_static_members(**command(actor=analyst), segment_id=listed, entries=["17850"]).count == 1
    page = make_browser(Role.ANALYST).post(
        "/console/segments/new-list/", {"name": "Who is it", "pasted": contacts[0]}
    )
    assert str(person) not in page.content.decode()
    assert Segment.objects.count() == 1


def test_a_list_takes_any_kind_of_entry_and_reports_the_rest() -> None:
    people = [
        member(identities=[("shop_customer", "17850")]),
        member(email="anna@example.org"),
        member(identities=[("phone", "13812341234")]),
        member(),
    ]
    segment_id = make_segment(name="List")
    entries = [
        "17850",
        " Anna@Example.org ",
        "138 1234 1234",
        str(people[3]),
        "17850",
        "99999",
        str(new_id()),
        "",
    ]
    answer = set_static_members(**command(), segment_id=segment_id, entries=entries)
    assert (answer.count, answer.entered, answer.unmatched_count) == (4, 4, 2)
    assert answer.unmatched == [entries[5], entries[6]]
    assert evaluate_segment(segment_id, NOW) == sorted(people)
    later = NOW + timedelta(days=1)
    assert (
        set_static_members(**command(later), segment_id=segment_id, entries=["17850"], mode="remove").count
        == 3
    )
    assert (
        set_static_members(**command(later), segment_id=segment_id, entries=["17850"], mode="add").count == 4
    )
    replaced = set_static_members(**command(later), segment_id=segment_id, entries=["17850"])
    assert (replaced.count, replaced.left) == (1, 3)
    assert evaluate_segment(segment_id, NOW) == sorted(people), "the list of the day before"
    assert evaluate_segment(segment_id, NOW - timedelta(days=1)) == []
    assert refresh_segment(**command(later), segment_id=segment_id).count == 1


def test_rules_have_versions_and_a_stale_reader_is_refused() -> None:
    segment_id = make_segment(BUYERS, slug="buyers")
    other = {**BUYERS, "within": {"days": 7}}
    assert change_segment(**command(), segment_id=segment_id, rule=other, seen_version=1).rule_version == 2
    assert change_segment(**command(), segment_id=segment_id, rule=other, name="Recent").rule_version == 2
    with pytest.raises(SegmentChangedMeanwhile):
        change_segment(**command(), segment_id=segment_id, rule=BUYERS, seen_version=1)
    segment = Segment.objects.get()
    assert (segment.name, segment.rule) == ("Recent", other)
    assert list(segment.versions.order_by("version").values_list("version", "rule")) == [
        (1, BUYERS),
        (2, other),
    ]


def test_segments_may_refer_to_each_other_but_not_in_a_circle() -> None:
    anna = member()
    buy(anna, 1)
    buyers = make_segment(BUYERS, slug="buyers")
    others = make_segment({"not": {"segment": "buyers"}}, slug="others", name="Others")
    assert evaluate_segment(others, NOW) == []
    with pytest.raises(RuleInvalid) as refused:
        change_segment(**command(), segment_id=buyers, rule={"all": [BUYERS, {"segment": "others"}]})
    assert refused.value.fields["path"] == "all[1].segment"
    assert "buyers → others → buyers" in str(refused.value)
    with pytest.raises(RuleInvalid):
        make_segment({"segment": "myself"}, slug="myself")
    with pytest.raises(RuleInvalid) as unknown:
        evaluate_rule({"any": [{"segment": "nobody-knows"}]}, NOW)
    assert "nobody-knows" in str(unknown.value)
    with pytest.raises(SegmentInUse):
        archive_segment(**command(), segment_id=buyers)
    archive_segment(**command(), segment_id=others)
    archive_segment(**command(), segment_id=buyers)


def test_what_is_refused() -> None:
    make_segment(BUYERS, slug="buyers")
    with pytest.raises(SlugTaken):
        make_segment(BUYERS, slug="buyers")
    with pytest.raises(BadSlug):
        make_segment(BUYERS, slug="Bad Slug")
    assert make_segment(BUYERS, name="近期买家") is not None
    with pytest.raises(SegmentNotFound):
        refresh_segment(**command(), segment_id=new_id())
    with pytest.raises(SegmentHasRule):
        set_static_members(**command(), segment_id=Segment.objects.get(slug="buyers").id, entries=[])
    with pytest.raises(SegmentIsList):
        change_segment(**command(), segment_id=make_segment(name="List"), rule=BUYERS)
    with pytest.raises(Forbidden):
        create_segment(
            **command(actor=Actor("staff", "x", frozenset({"members.view"}))), name="x", rule=BUYERS
        )


def test_the_brand_may_fix_the_day_from_which_analyses_look_back() -> None:
    anna = member()
    buy(anna, 100)
    Brand.objects.create(name="B", analysis_at=NOW - timedelta(days=99))
    segment_id = make_segment(BUYERS)
    assert refresh_segment(**command(), segment_id=segment_id).as_of == NOW - timedelta(days=99)
    assert SegmentMember.objects.get().member_id == anna


def test_scores_are_kept_and_stage_changes_become_events() -> None:
    anna, bert, carl = member(), member(), member()
    buy(anna, 5, 100)
    buy(anna, 200, 100)
    buy(bert, 5, 100)
    buy(bert, 250, 100)
    run = refresh_scores(**command())
    assert (run.members, run.stage_changes) == (3, 3)
    first, second, third = find_scores(anna), find_scores(bert), find_scores(carl)
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.recency_days, first.frequency, first.monetary_minor, first.stage) == (5, 2, 200, "active")
    assert (first.r, first.f, first.m) == (second.r, second.f, second.m), "equal members score equal"
    assert (third.r, third.recency_days, third.stage) == (None, None, "potential")
    events = Event.objects.filter(name="stage_changed")
    assert all(event.backfill for event in events), "the first run is no news"
    assert refresh_scores(**command()).stage_changes == 0
    later = NOW + timedelta(days=86)
    assert refresh_scores(**command(later)).stage_changes == 2
    latest = Event.objects.filter(name="stage_changed", occurred_at=later)
    assert {(event.member_id, event.properties["old"], event.properties["new"]) for event in latest} == {
        (anna, "active", "dormant"),
        (bert, "active", "dormant"),
    }
    assert not any(event.backfill for event in latest)


def test_a_merged_member_loses_their_own_scores() -> None:
    kept, merged = member(), member()
    refresh_scores(**command())
    IdentityMap.objects.create(key=merged, member_id=kept)
    refresh_scores(**command())
    assert [score.member_id for score in MemberScore.objects.all()] == [kept]


def test_stored_stages_are_those_that_rules_find() -> None:
    people = [member() for _each in range(12)]
    for number, person in enumerate(people):
        for order in range(number % 5):
            buy(person, number * 17 % 230 + order * 30)
    refresh_scores(**command())
    for row in DEFAULT_STAGES:
        stored = MemberScore.objects.filter(stage=row["stage"]).values_list("member_id", flat=True)
        assert evaluate_rule({"lifecycle": [row["stage"]]}, NOW) == sorted(stored)


def test_new_definitions_count_from_their_day_on() -> None:
    anna = member()
    buy(anna, 40)
    stages = [dict(row) for row in DEFAULT_STAGES]
    stages[2]["rule"] = {"event": "order_paid", "never": True, "within": {"days": 35}}
    changed = change_definitions(**command(), stages=stages, window_days=None, bins=4)
    assert (changed.version, changed.valid_from) == (1, NOW)
    dormant = {"lifecycle": ["dormant"]}
    assert evaluate_rule(dormant, NOW) == [anna]
    assert evaluate_rule(dormant, NOW - timedelta(seconds=1)) == []
    refresh_scores(**command())
    scores = find_scores(anna)
    assert scores is not None
    assert (scores.stage, scores.r) == ("dormant", 4)
    with pytest.raises(RuleInvalid) as refused:
        make_segment({"all": [{"rfm": {"recency": [5]}}]})
    assert refused.value.fields["path"] == "all[0].rfm.recency"


@pytest.mark.parametrize(
    ("row", "replacement"),
    [
        (0, {"stage": "active"}),
        (0, {"stage": "potential"}),
        (5, {"stage": "active", "rule": BUYERS}),
        (0, {"stage": "potential", "rule": BUYERS, "more": 1}),
    ],
)
def test_stages_must_be_complete(row: int, replacement: dict[str, Any]) -> None:
    stages = [dict(stage) for stage in DEFAULT_STAGES]
    stages[row] = replacement
    with pytest.raises(StagesIncomplete):
        change_definitions(**command(), stages=stages, window_days=365, bins=5)


@pytest.mark.parametrize("rule", [{"lifecycle": ["new"]}, {"not": {"segment": "x"}}, {"tagg": "x"}])
def test_stages_cannot_be_defined_by_stages_or_segments(rule: dict[str, Any]) -> None:
    stages = [dict(stage) for stage in DEFAULT_STAGES]
    stages[1] = {"stage": "churned", "rule": rule}
    with pytest.raises(RuleInvalid) as refused:
        change_definitions(**command(), stages=stages, window_days=365, bins=5)
    assert str(refused.value.fields["path"]).startswith("stages[1].rule")


def test_scores_survive_a_larger_crowd() -> None:
    Member.objects.bulk_create(
        [Member(id=new_id(), first_seen_at=NOW, created_at=NOW) for _each in range(300)]
    )
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stream_event"
            " (id, source, source_event_id, name, member_id, occurred_at, received_at)"
            " SELECT id, 'x', id::text, 'member_created', id, %s, %s FROM members_member",
            [NOW, NOW],
        )
    assert refresh_scores(**command()).members == 300
    assert MemberScore.objects.filter(stage="potential").count() == 300
