"""What a member shows at the door: a signed token in a QR code, or a short code that is typed."""

from datetime import datetime
from uuid import UUID

from qunying.activities.actions.cancel_registration import UnknownDoorCode, UnknownRegistration
from qunying.activities.kinds.gathering import CODE_LENGTH, GatheringSettings
from qunying.activities.models import Activity, Registration
from qunying.kernel.signed_links import BrokenLink, read_link, sign_link

PURPOSE = "gathering_door"


def door_token(registration: Registration) -> str:
    """Return the token of a registration: signed for the door alone, until the gathering is over."""
    ends = GatheringSettings.model_validate(registration.activity.settings).ends()
    return sign_link(PURPOSE, {"registration": str(registration.pk)}, ends)


def find_by_token(token: str, now: datetime) -> Registration:
    """Return the registration that a token is of, with its activity and member.

    Raises:
        BrokenLink: one sign is different, or it is no token of a door.
        ExpiredLink: the gathering is over.
        UnknownRegistration.
    """
    try:
        registration_id = UUID(str(read_link(token, PURPOSE, now)["registration"]))
    except (KeyError, ValueError) as error:
        raise BrokenLink from error
    found = (
        Registration.objects.select_related("activity", "member", "participation")
        .filter(pk=registration_id)
        .first()
    )
    if found is None:
        raise UnknownRegistration
    return found


def find_by_code(activity: Activity, code: str, now: datetime) -> Registration:
    """Return the registration of an activity by what is shown at its door: the text of the QR code or the short code.

    Raises:
        BrokenLink, ExpiredLink, UnknownRegistration, UnknownDoorCode: nothing of this activity.
    """
    shown = code.strip()
    if len(shown) > CODE_LENGTH + 4:
        found = find_by_token(shown.rstrip("/").rpartition("/")[2], now)
        if found.activity_id != activity.id:
            raise UnknownRegistration
        return found
    short = "".join(sign for sign in shown.upper() if sign.isalnum())
    by_code = Registration.objects.select_related("activity", "member", "participation")
    registration = by_code.filter(activity=activity, code=short).first()
    if registration is None:
        raise UnknownDoorCode(title=activity.title)
    return registration
