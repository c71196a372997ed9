"""What a variant may be on each platform: lengths, pictures, links. Data, as the platforms stated it in 2025; they change it.

Lengths are characters. ``shape`` says what a preview looks like. ``automatic`` marks where we can publish by ourselves.
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

MEMBER_WEB = "member_web"


class UnknownPlatform(Problem):
    """There is no such platform."""

    code = "content_platform_unknown"
    kind = Kind.INVALID
    message = _("“{platform}” is no platform that content can be written for.")


@dataclass(frozen=True)
class Platform:
    """The limits of one platform.

    Args:
        code: its name in the data.
        title: its name for people.
        shape: what it looks like: a page, a chat bubble, a card with pictures first, a video.
        title_limit: longest title; 0 when there is no title.
        body_limit: longest text.
        picture_limit: most pictures.
        takes_links: whether a link in it can be followed.
        automatic: whether it is published without a person.
    """

    code: str
    title: Any
    shape: Literal["page", "chat", "card", "video"]
    title_limit: int
    body_limit: int
    picture_limit: int
    takes_links: bool
    automatic: bool = False


PLATFORMS = {
    platform.code: platform
    for platform in (
        Platform(MEMBER_WEB, _("Own content page"), "page", 60, 20_000, 20, True, automatic=True),
        Platform("wecom", _("WeCom group"), "chat", 0, 600, 9, True, automatic=True),
        Platform("wechat", _("WeChat group"), "chat", 0, 2_000, 9, True, automatic=True),
        Platform("qq", _("QQ group"), "chat", 0, 2_000, 9, True, automatic=True),
        Platform("dingtalk", _("DingTalk group"), "chat", 0, 5_000, 9, True, automatic=True),
        Platform("feishu", _("Feishu group"), "chat", 0, 8_000, 9, True, automatic=True),
        Platform("telegram", _("Telegram group"), "chat", 0, 4_000, 10, True, automatic=True),
        Platform("other", _("Group elsewhere"), "chat", 0, 2_000, 9, True, automatic=True),
        Platform("official_account", _("WeChat official account"), "page", 64, 20_000, 50, False),
        Platform("video_account", _("WeChat Channels"), "video", 16, 1_000, 18, False),
        Platform("xiaohongshu", _("Xiaohongshu"), "card", 20, 1_000, 18, False),
        Platform("douyin", _("Douyin"), "video", 30, 1_000, 35, False),
        Platform("bilibili", _("Bilibili"), "video", 80, 2_000, 9, False),
        Platform("zhihu", _("Zhihu"), "page", 100, 20_000, 50, True),
        Platform("weibo", _("Weibo"), "card", 0, 2_000, 18, True),
    )
}


def platform_of(code: str) -> Platform:
    """Return a platform.

    Raises:
        UnknownPlatform: when there is none of this name.
    """
    try:
        return PLATFORMS[code]
    except KeyError as error:
        raise UnknownPlatform(platform=code[:30]) from error


def group_platform(code: str) -> Platform:
    """Return the limits for a community's platform; one that we know nothing of is like any group."""
    return PLATFORMS.get(code, PLATFORMS["other"])
