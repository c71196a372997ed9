"""From idea to published: each step, and who may not take it."""

from datetime import timedelta

import pytest

from qunying.accounts.tests.make import make_program
from qunying.communities.tests.make import make_community
from qunying.content.actions.approve_item import Checklist, ChecklistOpen, approve_item
from qunying.content.actions.change_item import change_item
from qunying.content.actions.plan_placement import AlreadyPlaced, GroupNeedsCommunity
from qunying.content.actions.remove_placement import LastPlace, remove_placement
from qunying.content.actions.remove_variant import remove_variant
from qunying.content.actions.reopen_item import PartlyOut, reopen_item
from qunying.content.actions.return_item import return_item
from qunying.content.actions.submit_item import submit_item
from qunying.content.actions.withdraw_item import withdraw_item
from qunying.content.actions.write_variant import MaterialNotUsable
from qunying.content.drafting import (
    BadContentLink,
    ItemFieldInvalid,
    ItemPlan,
    TooManyPictures,
    WrongItemState,
    checked_link,
)
from qunying.content.models import ContentItem, Review
from qunying.content.placing import TimeNotPossible
from qunying.content.platforms import UnknownPlatform
from qunying.content.reviewing import NotReady, ReviewerIsAuthor, list_obstacles
from qunying.content.tests.make import (
    ALL_RIGHT,
    AUTHOR,
    REVIEWER,
    by,
    make_editor,
    make_item,
    make_material,
    make_published,
    make_scheduled,
    place,
    reload,
    write,
)
from qunying.kernel.ids import new_id
from qunying.kernel.wording import BadText
from qunying.members.tests.make import NOW

pytestmark = pytest.mark.django_db
State = ContentItem.State


def submitted() -> ContentItem:
    item = make_item()
    write(item)
    place(item)
    submit_item(**by(), item_id=item.pk)
    return reload(item)


def test_an_idea_becomes_a_draft_when_it_is_written():
    item = make_item()
    assert item.state == State.IDEA
    write(item)
    write(item, body="Rewritten.")
    assert reload(item).state == State.DRAFT
    assert item.variants.get().body == "Rewritten."
    assert remove_variant(**by(), item_id=item.pk, platform="member_web")
    assert not remove_variant(**by(), item_id=item.pk, platform="member_web")


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ({"title": " "}, BadText),
        ({"title": "x" * 201}, BadText),
        ({"title": "x" * 100_000}, BadText),
        ({"title": "a\0b"}, BadText),
        ({"title": "\u200b\u202e"}, BadText),
        ({"title": "t", "kind": "poem"}, ItemFieldInvalid),
        ({"title": "t", "goal": ""}, ItemFieldInvalid),
    ],
)
def test_what_an_idea_cannot_be(plan, problem):
    with pytest.raises(problem):
        make_item(**plan)
    assert not ContentItem.objects.exists()


def test_an_idea_is_changed():
    item = make_item()
    change_item(**by(), item_id=item.pk, plan=ItemPlan(title="Black tea", topic="Spring"))
    assert reload(item).title == "Black tea"


def test_what_was_handed_in_cannot_be_changed_behind_the_reviewers_back():
    item = submitted()
    with pytest.raises(WrongItemState):
        write(item, body="Something else")
    with pytest.raises(WrongItemState):
        change_item(**by(), item_id=item.pk, plan=ItemPlan(title="Something else"))


def test_what_is_missing_is_said_before_review():
    item = make_item(kind="short_video")
    write(item, "xiaohongshu", title="x" * 21, body="")
    texts = " ".join(obstacle.text for obstacle in list_obstacles(item))
    assert "20" in texts
    assert len(list_obstacles(item)) == 4
    with pytest.raises(NotReady):
        submit_item(**by(), item_id=item.pk)
    assert reload(item).state == State.DRAFT


def test_a_place_without_a_fitting_text_is_an_obstacle():
    item = make_item()
    write(item)
    place(item, community=make_community())
    assert [
        obstacle for obstacle in list_obstacles(item) if "fits" in obstacle.text or "适合" in obstacle.text
    ]
    write(item, "qq", title="", body="Any group's text does for a group.")
    assert not list_obstacles(item)


def test_rights_that_end_before_the_day_are_an_obstacle(home):
    item = make_item()
    material = make_material(rights="licensed", rights_until=NOW.date())
    write(item, material_ids=(material.pk,))
    placement = place(item, at=NOW + timedelta(hours=1))
    assert not list_obstacles(item)
    placement.planned_at = NOW + timedelta(days=2)
    placement.save()
    assert material.name in list_obstacles(item)[0].text


def test_nobody_judges_their_own_work():
    item = submitted()
    with pytest.raises(ReviewerIsAuthor):
        approve_item(**by(AUTHOR), item_id=item.pk, checklist=ALL_RIGHT)
    with pytest.raises(ReviewerIsAuthor):
        return_item(**by(AUTHOR), item_id=item.pk, remark="again")
    assert reload(item).state == State.REVIEW
    approve_item(**by(REVIEWER), item_id=item.pk, checklist=ALL_RIGHT, remark="Good.")
    assert reload(item).state == State.SCHEDULED
    review = Review.objects.get(item=item, decision="approved")
    assert (review.claims_true, review.rights_clear, review.title_fits) == (True, True, True)


def test_who_only_wrote_a_variant_or_handed_in_is_an_author_too():
    writer, sender = make_editor(), make_editor()
    item = make_item()
    from qunying.content.actions.write_variant import write_variant
    from qunying.content.drafting import VariantText

    write_variant(
        **by(writer.actor), item_id=item.pk, platform="member_web", text=VariantText(title="T", body="B")
    )
    place(item)
    submit_item(**by(sender.actor), item_id=item.pk)
    for person in (writer, sender):
        with pytest.raises(ReviewerIsAuthor):
            approve_item(**by(person.actor), item_id=item.pk, checklist=ALL_RIGHT)
    approve_item(**by(make_editor().actor), item_id=item.pk, checklist=ALL_RIGHT)


@pytest.mark.parametrize("wrong", ["claims_true", "rights_clear", "title_fits"])
def test_the_whole_list_has_to_be_right(wrong):
    item = submitted()
    checklist = Checklist(**{**ALL_RIGHT.__dict__, wrong: False})
    with pytest.raises(ChecklistOpen):
        approve_item(**by(REVIEWER), item_id=item.pk, checklist=checklist)


def test_sent_back_with_a_reason_and_handed_in_again():
    item = submitted()
    with pytest.raises(BadText):
        return_item(**by(REVIEWER), item_id=item.pk, remark=" ")
    return_item(**by(REVIEWER), item_id=item.pk, remark="Whose picture is this?")
    assert reload(item).state == State.DRAFT
    submit_item(**by(), item_id=item.pk)
    assert [review.decision for review in item.reviews.order_by("id")] == [
        "submitted",
        "returned",
        "submitted",
    ]


def test_a_time_that_passed_in_review_is_moved_first():
    item = submitted()
    late = NOW + timedelta(hours=2)
    with pytest.raises(NotReady):
        approve_item(**by(REVIEWER, late), item_id=item.pk, checklist=ALL_RIGHT)


def test_scheduled_is_taken_back_until_it_is_out():
    placement = make_scheduled()
    with pytest.raises(LastPlace):
        remove_placement(**by(), placement_id=placement.pk)
    reopen_item(**by(), item_id=placement.item_id)
    assert reload(placement.item_id).state == State.DRAFT
    remove_placement(**by(), placement_id=placement.pk)
    with pytest.raises(WrongItemState):
        reopen_item(**by(), item_id=make_published().pk)


def test_what_is_partly_out_is_not_rewritten():
    placement = make_scheduled()
    placement.state = "on_its_way"
    placement.save()
    with pytest.raises(PartlyOut):
        reopen_item(**by(), item_id=placement.item_id)


def test_places_and_their_times():
    item, community = make_item(), make_community()
    place(item, community=community)
    with pytest.raises(AlreadyPlaced):
        place(item, community=community)
    with pytest.raises(GroupNeedsCommunity):
        place(item, platform="wecom")
    with pytest.raises(UnknownPlatform):
        place(item, platform="myspace")
    with pytest.raises(TimeNotPossible):
        place(item, at=NOW.replace(year=9000))


def test_pictures_come_from_the_library(home):
    item, material = make_item(), make_material()
    write(item, material_ids=(material.pk,))
    for wrong in [(new_id(),), (material.pk, material.pk)]:
        with pytest.raises(MaterialNotUsable):
            write(item, material_ids=wrong)
    with pytest.raises(TooManyPictures):
        write(item, "wecom", material_ids=tuple(new_id() for _ in range(10)))
    assert item.variants.get().pictures.get() == material


def test_withdrawn_for_good():
    item = make_published()
    withdraw_item(**by(), item_id=item.pk, reason="A claim was wrong.")
    assert reload(item).state == State.WITHDRAWN
    assert item.placements.get().state == "withdrawn"
    with pytest.raises(WrongItemState):
        withdraw_item(**by(), item_id=item.pk, reason="again")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://a b",
        "https://user@evil.example/",
        "ftp://x.example",
        "/console/",
        "/m/../console/",
        "https://",
        "https://x.example/\n",
        "http://[",
        "https://x.example/" + "a" * 500,
    ],
)
def test_where_nobody_is_led(link):
    if link.endswith("\n"):
        assert checked_link(link) == link.strip()
        return
    with pytest.raises(BadContentLink):
        checked_link(link)


@pytest.mark.parametrize("link", ["", "https://shop.example/p/1?x=1#a", "/m/gallery/"])
def test_where_readers_may_be_led(link):
    assert checked_link(f" {link} ") == link


def test_a_program_is_the_person_who_made_its_key():
    person = make_editor()
    item = make_item()
    ContentItem.objects.filter(pk=item.pk).update(created_by=person.actor.key)
    write(item)
    place(item)
    submit_item(**by(), item_id=item.pk)
    from qunying.accounts.models import ApiKey
    from qunying.kernel.actors import Actor

    make_program("*")
    key = ApiKey.objects.latest("created_at")
    ApiKey.objects.filter(pk=key.pk).update(created_by=person)
    program = Actor(kind="key", id=str(key.pk), permissions=frozenset({"*"}))
    with pytest.raises(ReviewerIsAuthor):
        approve_item(**by(program), item_id=item.pk, checklist=ALL_RIGHT)
