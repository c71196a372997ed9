"""Members who became one while messages were planned, counted and stopped: one person, one set of rules."""

from datetime import time, timedelta
from typing import Any

import pytest

from qunying.accounts.models import Brand
from qunying.kernel.ids import new_id
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.messages.actions.lift_suppression import lift_suppression
from qunying.messages.actions.send_service_message import send_service_message
from qunying.messages.actions.suppress import suppress
from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.models import MemberDay, Send
from qunying.messages.notices import Occasion
from qunying.messages.queries.list_decisions import list_decisions
from qunying.messages.queries.list_reachable import list_reachable
from qunying.messages.sending.daily_limit import give_daily_limit_back, take_daily_limit
from qunying.messages.sending.occasions import list_new
from qunying.messages.tests.make import NOON, dispatch, make_template, plan, words

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def brand() -> Brand:
    return Brand.objects.create(name="Jade Garden", messages_per_day=1)


def willing(**fields: Any) -> Member:
    return make_member(consents={"mailbox": True}, **fields)


def become_one(kept: Member, merged: Member) -> None:
    merge_members(**words(), kept_id=kept.pk, merged_id=merged.pk)


def fates() -> list[tuple[str, str]]:
    return sorted(Send.objects.values_list("state", "reason"))


@pytest.mark.parametrize("planned_before", [True, False])
def test_what_one_of_them_asked_for_holds_for_both(planned_before: bool) -> None:
    kept, merged = willing(), willing()
    suppress(**words(), member_ids=[merged.pk], scope="promotion", reason="request")
    if planned_before:
        plan([kept.pk])
    become_one(kept, merged)
    if not planned_before:
        plan([kept.pk])
    dispatch()
    assert fates() == [("dropped", "suppressed")]
    assert list_reachable([kept.pk], MAILBOX_ID, NOON).members == []


def test_a_message_to_who_was_merged_keeps_the_rules_of_who_they_are() -> None:
    kept, merged = willing(), willing()
    suppress(**words(), member_ids=[kept.pk], scope="everything", reason="request")
    plan([merged.pk])
    become_one(kept, merged)
    dispatch()
    assert fates() == [("dropped", "suppressed")]


def test_a_stop_is_lifted_under_whichever_id_it_was_set() -> None:
    kept, merged = willing(), willing()
    suppress(**words(), member_ids=[merged.pk], scope="promotion", reason="request")
    become_one(kept, merged)
    done = lift_suppression(**words(), member_ids=[kept.pk], scope="promotion", reason="request")
    assert done.suppressions == 1


def test_the_daily_limit_is_one_persons() -> None:
    kept, merged = willing(), willing()
    plan([merged.pk])
    dispatch()
    plan([kept.pk, merged.pk])
    become_one(kept, merged)
    dispatch()
    assert fates() == [("dropped", "capped"), ("dropped", "capped"), ("sent", "")]


def test_what_did_not_arrive_is_given_back_where_it_was_counted() -> None:
    kept, merged = willing(), willing()
    become_one(kept, merged)
    assert take_daily_limit([kept.pk], TODAY, 1)[kept.pk] == 1
    give_daily_limit_back([(merged.pk, TODAY)])
    assert MemberDay.objects.get().used == 0


def test_a_waiting_message_keeps_the_quiet_hours_and_has_the_words_of_who_they_are() -> None:
    kept, merged = willing(), willing(attributes={"city": "杭州"})
    template = make_template(body="{{ city }}", variables={"city": "—"})
    plan([merged.pk], template_id=template)
    become_one(kept, merged)
    Member.objects.filter(pk=kept.pk).update(quiet_from=time(11), quiet_until=time(13))
    dispatch()
    assert fates() == [("planned", "quiet_hours")]
    dispatch(NOON + timedelta(hours=1))
    assert Send.objects.get().mailbox_item.body.startswith("杭州")


def test_nobody_is_told_twice_of_one_occasion() -> None:
    kept, merged = willing(), willing()
    template = make_template(purpose="service", body="Hello")
    once: dict[str, Any] = {"template_id": template, "variables": {}, "key": "case:1"}
    first = send_service_message(**words(), member_id=merged.pk, **once)
    Send.objects.filter(pk=first.send_id).update(step="service:case:1")
    become_one(kept, merged)
    assert send_service_message(**words(), member_id=kept.pk, **once).send_id == first.send_id
    assert list_new("service", [Occasion(kept.pk, "case:1")]) == []
    assert list_new("service", [Occasion(kept.pk, "case:2"), Occasion(kept.pk, str(new_id()))]) != []


def test_every_contact_with_a_person_is_listed() -> None:
    kept, merged = willing(), willing()
    plan([merged.pk])
    become_one(kept, merged)
    assert len(list_decisions(kept.pk)) == 1
