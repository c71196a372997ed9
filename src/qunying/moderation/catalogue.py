"""The catalogue of violations as it is shipped: nine classes, their kinds, how grave each is, and the clause that forbids it.

An installation has rows of its own (``models.Violation``); a row without words of its own shows these, in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ViolationClass(models.TextChoices):
    """The nine classes, in the order of the rules."""

    UNLAWFUL = "unlawful", _("Unlawful")
    UNFRIENDLY = "unfriendly", _("Unfriendly")
    SPAM = "spam", _("Spam and cheating")
    VULGAR = "vulgar", _("Vulgar")
    UNTRUE = "untrue", _("Untrue")
    SUPERSTITION = "superstition", _("Superstition")
    CLICKBAIT = "clickbait", _("Misleading title")
    FAN_WAR = "fan_war", _("Fan war")
    HARM = "harm", _("Other harm")


@dataclass(frozen=True)
class Shipped:
    """One kind of violation. ``severity`` is 1 (slight) to 5 (gravest)."""

    severity: int
    title: Promise
    clause: Promise


SHIPPED: Mapping[ViolationClass, Mapping[str, Shipped]] = MappingProxyType(
    {
        ViolationClass.UNLAWFUL: {
            "unlawful_state": Shipped(5, _("Against the state or public order"), _("Do not endanger state security, incite hatred between peoples, or call for unlawful assembly.")),
            "unlawful_gambling": Shipped(5, _("Gambling, drugs, weapons"), _("Do not advertise, sell or arrange gambling, drugs, weapons or other prohibited goods.")),
            "unlawful_fraud": Shipped(5, _("Fraud"), _("Do not deceive others for money: false rebates, order-brushing jobs, fake customer service, pyramid schemes.")),
            "unlawful_counterfeit": Shipped(4, _("Counterfeit or stolen goods"), _("Do not sell or praise counterfeit, smuggled or stolen goods.")),
            "unlawful_privacy": Shipped(4, _("Other people's personal data"), _("Do not publish or trade phone numbers, addresses, identity cards or chats of other people.")),
            "unlawful_rights": Shipped(3, _("Infringed rights"), _("Do not pass off the works, trade marks or portraits of others as yours.")),
        },
        ViolationClass.UNFRIENDLY: {
            "unfriendly_contempt": Shipped(2, _("Contempt"), _("Do not look down on others for their looks, income, education, origin or taste.")),
            "unfriendly_slander": Shipped(3, _("Slander"), _("Do not spread made-up facts that damage somebody's name.")),
            "unfriendly_mockery": Shipped(2, _("Mockery"), _("Do not ridicule people, nor give them insulting nicknames.")),
            "unfriendly_provocation": Shipped(2, _("Provocation"), _("Do not pick quarrels or stir people up against each other.")),
            "unfriendly_humiliation": Shipped(3, _("Humiliation"), _("Do not humiliate or bully anybody, alone or together.")),
            "unfriendly_abuse": Shipped(3, _("Abuse"), _("Do not insult or swear at others, neither openly nor in homophones or abbreviations.")),
            "unfriendly_discrimination": Shipped(3, _("Discrimination"), _("Do not discriminate by sex, age, region, people, belief, illness or disability.")),
            "unfriendly_threat": Shipped(4, _("Threat"), _("Do not threaten anybody with violence, exposure or harassment.")),
        },
        ViolationClass.SPAM: {
            "spam_advertising": Shipped(2, _("Advertising"), _("Do not advertise goods, services, groups or accounts without the group owner's consent.")),
            "spam_link": Shipped(2, _("Links and QR codes"), _("Do not post links or QR codes that lead elsewhere without the group owner's consent.")),
            "spam_deceptive_link": Shipped(3, _("Deceptive link"), _("Do not post links that pretend to lead elsewhere, or whose claims are false.")),
            "spam_contact": Shipped(2, _("Luring away"), _("Do not ask members to add private accounts or to deal outside.")),
            "spam_flooding": Shipped(1, _("Flooding"), _("Do not flood the screen with messages, stickers or line breaks.")),
            "spam_repeated": Shipped(2, _("Repeated content"), _("Do not post the same or nearly the same content again and again.")),
            "spam_allied_accounts": Shipped(3, _("Allied accounts"), _("Do not act with several accounts, or in concert, to push a topic.")),
            "spam_search_stuffing": Shipped(2, _("Search stuffing"), _("Do not pile up unrelated keywords and tags to be found.")),
            "spam_bought_interaction": Shipped(3, _("Bought interaction"), _("Do not buy, sell or trade likes, comments, followers or votes.")),
            "spam_invented_experience": Shipped(3, _("Invented experience"), _("Do not write reviews or buyer shows of what you have not bought or used.")),
            "spam_impersonation": Shipped(3, _("Impersonation"), _("Do not pose as staff, as a group owner, as a brand or as another person.")),
            "spam_hidden": Shipped(2, _("Hidden by signs or pictures"), _("Do not hide forbidden content in symbols, homophones, split characters or pictures.")),
        },
        ViolationClass.VULGAR: {
            "vulgar_language": Shipped(1, _("Coarse language"), _("Do not use coarse or obscene words.")),
            "vulgar_suggestive": Shipped(3, _("Sexually suggestive"), _("Do not post sexually suggestive texts, pictures or invitations.")),
            "vulgar_pornography": Shipped(5, _("Pornography"), _("Do not post or pass on pornography, nor lead to it.")),
            "vulgar_gore": Shipped(4, _("Violence and gore"), _("Do not post pictures or descriptions of cruelty.")),
        },
        ViolationClass.UNTRUE: {
            "untrue_fact": Shipped(2, _("False facts"), _("Do not present invented facts as true, about products, prices or effects either.")),
            "untrue_experience": Shipped(2, _("False experience"), _("Do not tell of an experience that you did not have.")),
            "untrue_identity": Shipped(3, _("False identity"), _("Do not claim an occupation, qualification or position that you do not have.")),
            "untrue_rumour": Shipped(3, _("Rumour"), _("Do not spread unconfirmed news that alarms people.")),
        },
        ViolationClass.SUPERSTITION: {
            "superstition_fortune": Shipped(2, _("Fortune-telling"), _("Do not tell fortunes, sell charms, or ask money for blessings.")),
            "superstition_healing": Shipped(3, _("Miracle cures"), _("Do not promise cures by secret remedies, energy or faith.")),
        },
        ViolationClass.CLICKBAIT: {
            "clickbait_title": Shipped(1, _("Title does not fit"), _("Do not use titles that the content does not bear out.")),
            "clickbait_shock": Shipped(1, _("Shocking title"), _("Do not win clicks by shock, false urgency or half sentences.")),
            "clickbait_chain": Shipped(2, _("Forced forwarding"), _("Do not make people forward by promise, fear or moral pressure.")),
        },
        ViolationClass.FAN_WAR: {
            "fan_war_minors": Shipped(4, _("Minors drawn in"), _("Do not draw minors into fund-raising, spending or voting.")),
            "fan_war_doxxing": Shipped(4, _("Doxxing"), _("Do not search out and publish who somebody is.")),
            "fan_war_attack": Shipped(3, _("Attacks between fans"), _("Do not attack other fans, stars or brands in groups.")),
            "fan_war_wealth": Shipped(1, _("Showing off wealth"), _("Do not show off wealth or compete in spending.")),
            "fan_war_fake_traffic": Shipped(3, _("Fake traffic"), _("Do not fake views, votes or rankings.")),
            "fan_war_manufactured": Shipped(2, _("Manufactured topics"), _("Do not stage quarrels or topics to gain attention.")),
        },
        ViolationClass.HARM: {
            "harm_minors": Shipped(5, _("Harm to minors"), _("Do nothing that harms, exploits or bullies minors.")),
            "harm_self": Shipped(4, _("Self-harm"), _("Do not praise, teach or arrange self-harm.")),
            "harm_dangerous": Shipped(3, _("Dangerous conduct"), _("Do not call on others to do dangerous things.")),
            "harm_panic": Shipped(2, _("Disturbing the community"), _("Do not keep disturbing topics, activities or the work of the team.")),
            "harm_off_topic": Shipped(1, _("Off topic"), _("Keep to what the community is for.")),
        },
    }
)  # fmt: skip


def find_shipped(code: str) -> Shipped | None:
    """Return the shipped kind of a code, or None for one that the installation made itself."""
    return next((kinds[code] for kinds in SHIPPED.values() if code in kinds), None)
