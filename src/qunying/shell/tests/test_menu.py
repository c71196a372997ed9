"""The menu goes round the loop, in the words of operators."""

from django.utils.translation import override

from qunying.shell.menu import MENU


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
