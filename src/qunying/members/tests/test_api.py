"""The API of members: the same actions, the same limits of sight, no way to make it fall over."""

import pytest

from qunying.accounts.tests.make import make_program
from qunying.kernel.ids import new_id
from qunying.members.models import Consent, Member, Tag
from qunying.members.tests.make import make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
PHONE = "+8613812341234"


@pytest.fixture
def anna():
    return make_member(
        name="Anna",
        email="anna@example.com",
        identities=[("phone", PHONE), ("shop_customer", "12345")],
        attributes={"country": "Germany"},
        tags=["vip"],
    )


@pytest.fixture
def program():
    return make_program()


def put(client, address, body=None, method="put", **headers):
    call = getattr(client, method)
    return call(f"/api/v1{address}", body, content_type="application/json", headers=headers)


def test_the_list_finds_and_pages(program, anna):
    make_member(name="Ben")
    first = program.get("/api/v1/members?limit=1").json()
    second = program.get("/api/v1/members", {"limit": 1, "cursor": first["next_cursor"]}).json()
    assert {row["name"] for row in [*first["items"], *second["items"]]} == {"Anna", "Ben"}
    assert second["next_cursor"] is None
    for question in ["search=anna", "attribute=country=Germany&tag=vip", f"search={PHONE[3:]}"]:
        found = program.get(f"/api/v1/members?{question}").json()["items"]
        assert [row["id"] for row in found] == [str(anna.id)], question
    assert program.get("/api/v1/members?attribute=country=Germany&tag=other").json()["items"] == []


@pytest.mark.parametrize(
    ("scopes", "name", "phone"),
    [
        (("members.view", "members.see_names", "members.see_contacts"), "Anna", PHONE),
        (("members.view", "members.see_names"), "Anna", "138****1234"),
        (("members.view",), None, "138****1234"),
    ],
)
def test_a_key_sees_what_it_may(anna, scopes, name, phone):
    program = make_program(*scopes)
    for row in (
        program.get("/api/v1/members").json()["items"][0],
        program.get(f"/api/v1/members/{anna.id}").json(),
    ):
        values = {identity["type"]: identity["value"] for identity in row["identities"]}
        assert values["phone"] == phone
        assert values["shop_customer"] == "12345"
        assert (row["name"] == "Anna") is (name == "Anna")
        assert row["is_pseudonym"] is (name is None)


def test_a_member_from_beginning_to_end(program):
    body = {
        "name": "Ben",
        "identities": [{"type": "email", "value": "BEN@example.com"}],
        "attributes": {"country": "France"},
    }
    key = str(new_id())
    created = put(program, "/members", body, "post", **{"idempotency-key": key})
    again = put(program, "/members", body, "post", **{"idempotency-key": key})
    assert (created.status_code, created.json()) == (201, again.json())
    member = f"/members/{created.json()['member_id']}"
    assert put(program, f"{member}/tags/vip").json() == {"changed": True}
    assert put(program, f"{member}/tags/vip").json() == {"changed": False}
    assert put(program, f"{member}/attributes/city", {"value": "Paris"}).json()["new"] == "Paris"
    consent = put(program, f"{member}/consents/email", {"granted": True, "text": "I agree."}).json()
    assert (consent["old"], consent["new"]) == ("", "granted")
    assert put(program, f"{member}/identities", {"type": "wecom", "value": "wm1"}, "post").status_code == 201
    assert put(program, f"{member}/anonymous", {"anonymous_id": str(new_id())}, "post").status_code == 200
    assert put(program, f"{member}/staff-account", {"is_staff": True}).json() == {"changed": True}
    shown = program.get(f"/api/v1{member}").json()
    assert shown["tags"][0]["name"] == "vip"
    assert {row["name"]: row["value"] for row in shown["attributes"]} == {
        "country": "France",
        "city": "Paris",
    }
    assert shown["consents"][0]["granted"]
    assert len(shown["own_ids"]) == 2
    assert put(program, f"{member}/tags/vip", method="delete").json() == {"changed": True}
    assert not Tag.objects.exists()


def test_merging_and_undoing(program, anna):
    twin = make_member()
    merged = put(program, f"/members/{anna.id}/merge", {"merged_id": str(twin.id)}, "post").json()
    assert program.get(f"/api/v1/members/{twin.id}").json()["id"] == str(anna.id)
    undone = put(program, f"/members/merges/{merged['merge_id']}/undo", method="post")
    assert undone.status_code == 200
    assert program.get(f"/api/v1/members/{twin.id}").json()["id"] == str(twin.id)


def test_the_timeline_in_pages(program, anna):
    address = f"/api/v1/members/{anna.id}/timeline"
    first = program.get(f"{address}?limit=2").json()
    rest = program.get(address, {"cursor": first["next_cursor"]}).json()
    names = sorted(row["name"] for row in [*first["items"], *rest["items"]])
    assert names == sorted(
        [
            "member_created",
            "identity_added",
            "identity_added",
            "identity_added",
            "attribute_changed",
            "tag_added",
        ]
    )
    assert program.get(f"{address}?cursor=x").status_code == 422


def test_each_write_asks_its_own_permission(anna):
    program, member = make_program("members.view"), f"/members/{anna.id}"
    before = Event.objects.count()
    for method, address, body in [
        ("post", "/members", {"name": "x"}),
        ("put", f"{member}/tags/x", None),
        ("delete", f"{member}/tags/vip", None),
        ("put", f"{member}/attributes/x", {"value": "x"}),
        ("put", f"{member}/consents/email", {"granted": True, "text": "x"}),
        ("post", f"{member}/identities", {"type": "email", "value": "x@example.com"}),
        ("post", f"{member}/merge", {"merged_id": str(new_id())}),
        ("post", f"/members/merges/{new_id()}/undo", None),
        ("post", f"{member}/anonymous", {"anonymous_id": str(new_id())}),
        ("put", f"{member}/staff-account", {"is_staff": True}),
    ]:
        assert put(program, address, body, method).status_code == 403, address
    assert make_program("rewards.view").get("/api/v1/members").status_code == 403
    assert Event.objects.count() == before
    assert Member.objects.count() == 1


def test_without_a_key_nothing(client, anna):
    assert client.get("/api/v1/members").status_code == 401
    assert client.get(f"/api/v1/members/{anna.id}").status_code == 401


@pytest.mark.parametrize(
    ("method", "address", "body"),
    [
        ("get", "/members?search=%00", None),
        ("get", "/members?search=%ED%A0%80", None),
        ("get", "/members?tag=%00", None),
        ("get", "/members?attribute=x", None),
        ("get", "/members?attribute=a=%00", None),
        ("get", "/members?cursor=%00", None),
        ("get", "/members?cursor=W10", None),
        ("get", "/members?tag=a&cursor=%E2%82%AC", None),
        ("get", "/members?limit=0", None),
        ("get", "/members?limit=99999999999999999999", None),
        ("get", "/members?" + "&".join(f"tag=t{number}" for number in range(50)), None),
        ("get", "/members/x", None),
        ("get", "/members/23265be0-534d-4441-8dcb-275d7f8738f2", None),
        ("put", "/members/{id}/tags/%00", None),
        ("delete", "/members/{id}/tags/%00", None),
        ("put", "/members/{id}/tags/" + "x" * 300, None),
        ("put", "/members/{id}/attributes/%00", {"value": "x"}),
        ("put", "/members/{id}/attributes/Country", {"value": "x"}),
        ("put", "/members/{id}/attributes/country", {"value": "a\x00b"}),
        ("put", "/members/{id}/attributes/country", {"value": "\ud800"}),
        ("put", "/members/{id}/attributes/country", {"value": "x", "more": 1}),
        ("put", "/members/{id}/consents/%F0%9F%98%80", {"granted": True, "text": "x"}),
        ("put", "/members/{id}/consents/email", {"granted": "perhaps", "text": "x"}),
        ("put", "/members/{id}/consents/email", {"granted": True, "text": "\ud800"}),
        ("post", "/members", {"name": "\ud800"}),
        ("post", "/members", {"attributes": {"\x00": "x"}}),
        ("post", "/members", {"identities": [{"type": "email", "value": "\ud800@x.com"}]}),
        ("post", "/members/{id}/merge", {"merged_id": "{id}"}),
    ],
)
def test_nonsense_is_refused_in_words(program, anna, method, address, body):
    text = str(anna.id)
    body = {key: text if value == "{id}" else value for key, value in body.items()} if body else None
    address = address.replace("{id}", text)
    response = put(program, address, body, method)
    assert response.status_code in {200, 400, 404, 409, 422}, response.content
    assert Member.objects.count() == 1
    assert not Consent.objects.exists()
