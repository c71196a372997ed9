"""A member asks about their data on the phone; staff answers in the console; the member reads it."""

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.kernel.ids import new_id
from qunying.members.actions.answer_data_request import (
    DataRequestAnswered,
    DataRequestNotFound,
    answer_data_request,
)
from qunying.members.actions.ask_about_data import AskedAlready, ask_about_data
from qunying.members.models import DataRequest
from qunying.members.tests.make import NOW, anybody, make_member, sign_in
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def words() -> dict[str, object]:
    return {"command_id": str(new_id()), "actor": anybody(), "now": NOW}


def test_a_request_is_asked_answered_and_read() -> None:
    member = make_member(name="Ann")
    phone = Client(headers={"accept-language": "en"})
    sign_in(phone, member)
    form = {"kind": "correction", "text": "My birthday is the 3rd"}
    assert phone.post("/m/data/ask/", form).status_code == 302
    assert phone.post("/m/data/ask/", form).status_code == 409
    assert phone.post("/m/data/ask/", {"kind": "sale", "text": "x"}).status_code == 422
    assert b"My birthday is the 3rd" in phone.get("/m/data/").content
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(make_staff())
    assert b"My birthday is the 3rd" in desk.get("/console/members/data-requests/").content
    row = DataRequest.objects.get()
    desk.post(
        f"/console/members/data-requests/{row.pk}/answer/", {"outcome": "done", "answer": "It is put right"}
    )
    assert b"It is put right" in phone.get("/m/data/").content
    assert b"It is put right" in desk.get("/console/members/data-requests/?state=done").content
    names = Event.objects.filter(member_id=member.pk, name__startswith="member_data_").order_by("position")
    assert list(names.values_list("name", flat=True)) == ["member_data_asked", "member_data_answered"]


def test_a_request_is_answered_once_and_kinds_wait_apart() -> None:
    member = make_member()
    asked = [
        ask_about_data(**words(), member_id=member.pk, kind=kind, text="Please")  # type: ignore[arg-type]
        for kind in ("correction", "erasure")
    ]
    with pytest.raises(AskedAlready):
        ask_about_data(**words(), member_id=member.pk, kind="erasure", text="Again")  # type: ignore[arg-type]
    answer = {"is_done": False, "answer": "Orders are kept for ten years"}
    answer_data_request(**words(), request_id=asked[1], **answer)  # type: ignore[arg-type]
    with pytest.raises(DataRequestAnswered):
        answer_data_request(**words(), request_id=asked[1], **answer)  # type: ignore[arg-type]
    with pytest.raises(DataRequestNotFound):
        answer_data_request(**words(), request_id=new_id(), **answer)  # type: ignore[arg-type]
    ask_about_data(**words(), member_id=member.pk, kind="erasure", text="Again")  # type: ignore[arg-type]
