"""The menu goes round the loop, in the words of operators."""

import pytest
from django.test import RequestFactory
from django.utils.translation import override

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.shell.menu import MENU, navigation


def test_the_sections_are_in_the_order_of_the_loop() -> None:
    with override("zh-hans"):
        assert [str(title) for title, _entries in MENU] == [
            "洞察",
            "规划",
            "运营",
            "激励",
            "聆听",
            "治理",
            "设置",
        ]


def test_no_two_entries_are_called_the_same() -> None:
    for language in ("zh-hans", "en"):
        with override(language):
            titles = [str(entry[0]) for _title, entries in MENU for entry in entries]
        assert len(set(titles)) == len(titles)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/console/communities/", ["/console/communities/"]),
        ("/console/communities/messages/", ["/console/communities/messages/"]),
        ("/console/communities/health/", ["/console/communities/"]),
        ("/console/somewhere-else/", []),
    ],
)
def test_one_entry_is_marked(path: str, marked: list[str]) -> None:
    request = RequestFactory().get(path)
    request.user = make_staff(Role.OWNER)
    items = [item for section in navigation(request) for item in section["items"]]
    assert [item["link"] for item in items if item["active"]] == marked
