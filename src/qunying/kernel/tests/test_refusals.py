"""What the rules refuse is told in the form, beside the field that is meant."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override
from pydantic import BaseModel, Field, ValidationError

from qunying.activities.eligibility import AccountTooNew
from qunying.kernel.plain_reasons import first_refusal
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.refusals import told_in
from qunying.kernel.templatetags.console import in_words


class Odd(Problem):
    """Something is odd."""

    code = "odd_in_a_test"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


class Away(Problem):
    """Nobody is there."""

    code = "away_in_a_test"
    kind = Kind.UNAVAILABLE
    message = "away"


class Basket(forms.Form):
    """What is bought."""

    title = forms.CharField(label="Title of it")
    amount = forms.DecimalField()


def sent() -> Basket:
    form = Basket({"title": "typed", "amount": "3"})
    assert form.is_valid()
    return form


@pytest.mark.parametrize(
    ("called", "places", "beside"),
    [
        ("amount", {}, "amount"),
        ("amount_minor", {}, "amount"),
        ("title of it", {}, "title"),
        ("rate", {"rate": "amount"}, "amount"),
        ("rate", {"odd_in_a_test": "title"}, "title"),
    ],
)
def test_a_refusal_stands_beside_its_field(called: str, places: dict[str, str], beside: str) -> None:
    form = sent()
    with told_in(form, places=places):
        raise Odd(field=called, reason="too much")
    assert form.errors == {beside: ["too much"]}
    assert form[beside].value() in {"typed", "3"}, "what was typed stays"


def test_what_has_no_field_stands_above_the_form_and_what_is_no_refusal_goes_on() -> None:
    form = sent()
    with override("en"), told_in(form):
        raise Odd(field="elsewhere", reason="too much")
    assert form.non_field_errors() == ["elsewhere: too much"]
    form.add_error("title", "short")
    shown = render_to_string("kernel/form_fields.html", {"form": form})
    assert "elsewhere: too much" in shown
    assert "Title of it</p>" in shown
    with pytest.raises(Away), told_in(form):
        raise Away


def test_what_a_schema_refuses_is_told_in_the_reader_s_language() -> None:
    class Schema(BaseModel):
        parts: list[int] = Field(max_length=1)

    with pytest.raises(ValidationError) as caught:
        Schema(parts=[1, 2])
    with override("zh-hans"):
        assert first_refusal(caught.value) == ("parts", "最多 1 个，现在有 2 个")


def test_a_refusal_of_an_older_version_is_still_told() -> None:
    """What was stored before a sentence named one more thing must not break the audit."""

    class Refused(Problem):
        code = "refused_for_this_test"
        kind = Kind.INVALID
        message = "“{word}” is not one of {known}."

    assert str(Refused(word="x")) == "“x” is not one of …."


def test_sentences_have_plurals_and_leave_open_what_nobody_knows() -> None:
    class Dear(Problem):
        code = "test_dear"
        kind = Kind.INVALID
        message = ngettext_lazy("“{title}” is {points} point.", "“{title}” is {points} points.", "points")

    said = [str(Dear(title="Tea", points=points)) for points in (1, 2)]
    assert said == ["“Tea” is 1 point.", "“Tea” is 2 points."]
    assert str(Dear(title="Tea")) == "“Tea” is … points."
    assert in_words("test_dear") == "“…” is … points."
    with override("zh-hans"):
        assert str(AccountTooNew(title="转盘", days=1)) == "“转盘”仅限入会满 1 天的会员参加。"
