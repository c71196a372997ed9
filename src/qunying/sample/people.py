"""The brand and its staff."""

from datetime import datetime

from qunying.accounts.actions.change_brand import change_brand
from qunying.accounts.actions.invite_staff import invite_staff
from qunying.accounts.queries.find_staff import find_staff
from qunying.accounts.roles import Role
from qunying.kernel.actors import Actor
from qunying.sample.timeline import CURRENCY, INSTALLER, ZONE, command

STAFF = {
    "owner": ("owner@example.com", "店主 Owner", Role.OWNER),
    "manager": ("manager@example.com", "陈经理", Role.MANAGER),
    "operator": ("operator@example.com", "林运营", Role.OPERATOR),
    "analyst": ("analyst@example.com", "赵分析", Role.ANALYST),
    "moderator": ("moderator@example.com", "周审核", Role.MODERATOR),
    "service": ("service@example.com", "何客服", Role.CUSTOMER_SERVICE),
}


def set_up_brand(now: datetime) -> None:
    """Name the brand and its zone and currency, and invite one person of each role."""
    change_brand(
        command_id=command("brand"),
        actor=INSTALLER,
        now=now,
        name="示例礼品店 Sample gift shop",
        zone=ZONE,
        currency=CURRENCY,
    )
    for key, (email, name, role) in STAFF.items():
        invite_staff(
            command_id=command(f"staff:{key}"), actor=INSTALLER, now=now, email=email, name=name, role=role
        )


def staff(key: str) -> Actor:
    """Return a person of the sample as an actor."""
    person = find_staff(STAFF[key][0])
    if person is None:
        raise LookupError(f"the sample's {key} is gone")
    return person.actor
