"""The console's pages of members: what each role sees, what each form does, words that do not run."""

import csv
import io

import pytest
from django.urls import reverse

from qunying.accounts.actions.create_key import make_key
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import TooManyAttempts
from qunying.kernel.ids import new_id
from qunying.kernel.models import Command
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.reveal_contact import reveal_contact
from qunying.members.models import Attribute, Consent, Identity, Member, Merge, Tag
from qunying.members.queries.get_member import get_member
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
PHONE = "+8613812341234"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def anna():
    return make_member(
        name="Anna",
        email="anna@example.com",
        identities=[("phone", PHONE), ("shop_customer", "12345")],
        attributes={"country": "Germany"},
        tags=["vip"],
        consents={"email": True},
    )


def text_of(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def profile(browser, member):
    return text_of(browser.get(reverse("members.profile", args=[member.id])))


def send(browser, verb, member, **form):
    address = reverse(f"members.{verb}", args=[member.id])
    return browser.post(address, form, headers={"referer": "http://testserver/console/members/"})


def test_the_list_searches_filters_and_pages(anna):
    others = [make_member(name=f"Ben {number}") for number in range(60)]
    browser = make_browser()
    first = text_of(browser.get("/console/members/"))
    assert "61 members" in first
    assert "Next page" in first
    found = text_of(browser.get("/console/members/", {"search": "anna"}))
    assert "Anna" in found
    assert "Ben 1" not in found
    filtered = text_of(browser.get("/console/members/", {"attribute": "country=Germany", "tag": "vip"}))
    assert "Anna" in filtered
    assert "Country: Germany" in filtered
    assert "Ben 1" not in filtered
    nobody = text_of(browser.get("/console/members/", {"attribute": "country=Peru"}))
    assert "Nobody matches" in nobody
    cursor = browser.get("/console/members/").context["found"].next_cursor
    later = browser.get("/console/members/", {"cursor": cursor}).context["members"]
    earlier = browser.get("/console/members/").context["members"]
    assert {member.id for member in [*earlier, *later]} == {anna.id, *(member.id for member in others)}


def test_an_empty_list_says_what_to_do():
    assert "No members yet" in text_of(make_browser().get("/console/members/"))


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ({"search": "\x00"}, 422),
        ({"search": "x" * 5000}, 200),
        ({"attribute": "\x00=\x00"}, 422),
        ({"attribute": "="}, 200),
        ({"tag": "\x00"}, 422),
        ({"attribute": [f"a=b{number}" for number in range(50)]}, 200),
    ],
)
def test_strange_questions_find_nobody(anna, question, status):
    assert make_browser().get("/console/members/", question).status_code == status


def test_a_strange_cursor_is_told(anna):
    assert make_browser().get("/console/members/", {"cursor": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("role", "sees_name", "may_reveal"),
    [
        (Role.OWNER, True, True),
        (Role.MANAGER, True, True),
        (Role.OPERATOR, True, False),
        (Role.ANALYST, False, False),
        (Role.CUSTOMER_SERVICE, True, True),
    ],
)
def test_each_role_sees_what_it_may(anna, role, sees_name, may_reveal):
    browser = make_browser(role)
    for text in (text_of(browser.get("/console/members/")), profile(browser, anna)):
        assert ("Anna" in text) is sees_name
        assert PHONE not in text
        assert "anna@example.com" not in text
        assert "138****1234" in text
        assert "12345" in text
    phone = Identity.objects.get(type="phone")
    address = reverse("members.reveal_contact", args=[anna.id, phone.id])
    response = browser.post(address)
    assert response.status_code == (200 if may_reveal else 403)
    assert (PHONE in response.content.decode()) is may_reveal
    assert Event.objects.filter(name="contact_revealed", member_id=anna.id).exists() is may_reveal


def test_through_keys_of_theirs_nobody_reveals_more(anna, monkeypatch):
    monkeypatch.setattr("qunying.members.actions.reveal_contact.REVEALS_PER_HOUR", 1)
    person, phone = make_staff(), anna.identities.get(type="phone")
    made, _secret = make_key(
        command_id="k", actor=person.actor, now=NOW, name="mine", scopes=["members.reveal_contact"]
    )
    program = Actor("key", str(made.key_id), frozenset({"members.*"}))
    words = {"now": NOW, "member_id": anna.id, "identity_id": phone.id}
    reveal_contact(command_id="a", actor=person.actor, **words)
    with pytest.raises(TooManyAttempts):
        reveal_contact(command_id="b", actor=program, **words)


def test_revealing_leaves_a_trace_without_the_contact(anna):
    browser = make_browser(Role.CUSTOMER_SERVICE)
    phone = Identity.objects.get(type="phone")
    other = make_member()
    address = reverse("members.reveal_contact", args=[other.id, phone.id])
    assert browser.post(address).status_code == 404
    assert browser.get(address).status_code == 405
    browser.post(reverse("members.reveal_contact", args=[anna.id, phone.id]))
    command = Command.objects.filter(action="members.reveal_contact").latest("id")
    assert PHONE not in str(command.answer)
    assert command.actor.startswith("staff:")


def test_the_forms_change_the_member(anna):
    browser = make_browser()
    send(browser, "tag_member", anna, tag="guide")
    send(browser, "untag_member", anna, tag="vip")
    send(browser, "change_attribute", anna, attribute="city", value="Köln")
    send(browser, "change_consent", anna, channel="email", granted="no", text="She rang us.")
    send(browser, "add_identity", anna, type="wecom", value="wm1")
    send(browser, "mark_staff_account", anna, is_staff="yes")
    assert list(Tag.objects.values_list("name", flat=True)) == ["guide"]
    assert Attribute.objects.get(name="city").source == "staff"
    assert not Consent.objects.get().granted
    assert Identity.objects.filter(type="wecom", member=anna).exists()
    assert get_member(anna.id).is_staff
    text = profile(browser, anna)
    for words in ["guide", "Köln", "noted by staff", "withdrawn", "staff account"]:
        assert words in text, words


def test_the_same_form_twice_is_one_change(anna):
    browser, command_id = make_browser(), str(new_id())
    for _ in range(2):
        send(browser, "change_attribute", anna, attribute="city", value="Köln", command_id=command_id)
    assert Event.objects.filter(name="attribute_changed", properties__attribute="city").count() == 1


def test_a_form_that_is_not_right_says_so_and_changes_nothing(anna):
    browser = make_browser()
    for verb, form in [
        ("tag_member", {"tag": ""}),
        ("change_attribute", {"attribute": "No!", "value": "x"}),
        ("change_consent", {"channel": "fax", "granted": "yes", "text": "x"}),
        ("add_identity", {"type": "email", "value": "no address"}),
        ("merge_members", {"other": str(new_id()), "confirm": "on"}),
        ("merge_members", {"other": str(make_member().id)}),
    ]:
        response = send(browser, verb, anna, **form)
        assert response.status_code == 302, verb
        assert list(browser.get(response["location"]).context["messages"]), verb
    assert not Merge.objects.exists()
    assert Tag.objects.count() == 1


def test_merging_and_undoing(anna):
    browser, twin = make_browser(Role.CUSTOMER_SERVICE), make_member(name="Twin")
    send(browser, "merge_members", anna, other=str(twin.id), confirm="on")
    assert browser.get(reverse("members.profile", args=[twin.id]))["location"].endswith(f"{anna.id}/")
    assert str(twin.id) in profile(browser, anna)
    send(browser, "undo_merge", anna, merge_id=str(Merge.objects.get().id))
    assert "Twin" in profile(browser, twin)


@pytest.mark.parametrize(
    ("role", "verb", "form"),
    [
        (Role.ANALYST, "tag_member", {"tag": "x"}),
        (Role.ANALYST, "change_consent", {"channel": "email", "granted": "no", "text": "x"}),
        (Role.OPERATOR, "merge_members", {"other": str(new_id()), "confirm": "on"}),
        (Role.OPERATOR, "mark_staff_account", {"is_staff": "yes"}),
        (Role.CUSTOMER_SERVICE, "mark_staff_account", {"is_staff": "yes"}),
    ],
)
def test_who_may_not_changes_nothing(anna, role, verb, form):
    browser = make_browser(role)
    before = Event.objects.count()
    assert send(browser, verb, anna, **form).status_code == 403
    assert Event.objects.count() == before
    assert reverse(f"members.{verb}", args=[anna.id]) not in profile(browser, anna)


def test_a_new_member(anna):
    browser = make_browser(Role.OPERATOR)
    form = {"name": "Ben", "email": "ben@example.com", "phone": "", "country": "France"}
    response = browser.post(reverse("members.new"), form)
    made = Member.objects.get(name="Ben")
    assert response["location"] == reverse("members.profile", args=[made.id])
    assert made.attributes.get().value == "France"
    taken = {**form, "email": "anna@example.com"}
    browser.post(reverse("members.new"), taken, headers={"referer": "http://testserver/console/members/new/"})
    assert Member.objects.count() == 2


def test_an_unknown_member_is_not_found():
    assert make_browser().get(reverse("members.profile", args=[new_id()])).status_code == 404


def test_the_download_is_inert_recorded_and_as_far_as_one_may_see(anna):
    Member.objects.filter(pk=anna.pk).update(name='=HYPERLINK("http://x")')
    make_member(name="Ben", tags=["other"])
    manager = make_browser(Role.MANAGER)
    response = manager.post(reverse("members.export") + "?tag=vip")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 1
    assert rows[0]["name"] == '\'=HYPERLINK("http://x")'
    assert rows[0]["phone"] == f"'{PHONE}"
    assert rows[0]["attributes"] == "country=Germany"
    command = Command.objects.get(action="members.export_members")
    answer = command.answer or {}
    assert (answer["count"], answer["tags"], answer["with_contacts"]) == (1, ["vip"], True)
    for role in (Role.OPERATOR, Role.ANALYST, Role.CUSTOMER_SERVICE):
        assert make_browser(role).post(reverse("members.export")).status_code == 403
    assert manager.get(reverse("members.export")).status_code == 405


def test_words_of_members_do_not_run(anna):
    Member.objects.update(name=SCRIPT)
    Attribute.objects.update(name=SCRIPT, value=SCRIPT)
    Tag.objects.update(name=SCRIPT)
    Identity.objects.filter(type="shop_customer").update(value=SCRIPT)
    browser = make_browser()
    pages = [
        text_of(browser.get("/console/members/")),
        text_of(
            browser.get("/console/members/", {"search": SCRIPT, "tag": SCRIPT, "attribute": f"a={SCRIPT}"})
        ),
        profile(browser, anna),
    ]
    for text in pages:
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_panels_of_other_nouns_are_there_for_who_may_open_them(anna):
    address = reverse("communities.member_communities", args=[anna.id])
    assert f'hx-get="{address}"' in profile(make_browser(Role.OPERATOR), anna)
    assert f'hx-get="{address}"' not in profile(make_browser(Role.CUSTOMER_SERVICE), anna)


def test_pages_are_closed_to_strangers(client, anna):
    for address in ("/console/members/", f"/console/members/{anna.id}/"):
        assert client.get(address).status_code == 302


def test_merged_members_lead_to_who_they_are(anna):
    twin = make_member()
    merge_members(command_id=str(new_id()), actor=anybody(), now=NOW, kept_id=anna.id, merged_id=twin.id)
    assert make_browser().get(reverse("members.profile", args=[twin.id])).status_code == 302


def test_the_timeline_tells_what_happened_in_pages(anna):
    browser = make_browser()
    for number in range(25):
        send(browser, "change_attribute", anna, attribute="city", value=f"City {number}")
    address = reverse("members.timeline", args=[anna.id])
    assert f'hx-get="{address}"' in profile(browser, anna)
    first = browser.get(address)
    assert "City: City 23 → City 24" in text_of(first)
    agreed = text_of(browser.get(address, {"cursor": first.context["next_cursor"]}))
    assert "E-mail: — → agreed" in agreed
    older = text_of(browser.get(address, {"cursor": first.context["next_cursor"]}))
    assert "Became a member" in older
    assert "City 24" not in older
    assert browser.get(address, {"cursor": "x"}).status_code == 422
