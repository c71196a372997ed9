"""How staff sign in: people are invited, nobody signs up by themselves, and the audit shows who came in, who was not let in, and who left."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from qunying.accounts.actions.sign_in import Refused, SignInRefused, Way, sign_in
from qunying.accounts.actions.sign_out import sign_out
from qunying.accounts.models import User
from qunying.kernel import clock
from qunying.kernel.actors import Actor, system
from qunying.kernel.acts import Act
from qunying.kernel.ids import new_id
from qunying.kernel.web import address_of

BY_LINK = {"way": Way.LINK.value}  # what the page of a link hands to allauth, which hands it back
TOO_MANY = "too_many_login_attempts"


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in for invited staff only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Tell that nobody may register."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse who tries too often; the audit shows it once an hour and address."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_refusal(request, _called(credentials), Refused.TOO_MANY)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password."""
        note_refusal(request, _called(credentials), Refused.WRONG_PASSWORD)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Note that somebody tried whose access is closed."""
        note_refusal(request, user, Refused.CLOSED)
        return super().respond_user_inactive(request, user)  # type: ignore[no-any-return]

    def post_login(
        self, request: HttpRequest, user: User, *, signal_kwargs: dict[str, Any] | None, **words: Any
    ) -> HttpResponse:
        """Note who is in now, and how they came."""
        ways = [Way((signal_kwargs or {}).get("way", Way.PASSWORD)), *_second_factor(request, user)]
        sign_in(**_act(user, "accounts.sign_in"), user_id=user.id, ways=ways, address=address_of(request))
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **words)  # type: ignore[no-any-return]

    def logout(self, request: HttpRequest) -> None:
        """Note who leaves."""
        user = request.user
        if isinstance(user, User):
            sign_out(**_act(user, "accounts.sign_out"), user_id=user.id, address=address_of(request))
        super().logout(request)


def note_refusal(request: HttpRequest, user: User | None, why: Refused) -> None:
    """Have the audit keep that somebody was not let in. What they typed is not kept."""
    now, address = clock.now(), address_of(request)
    actor = _actor(user, "accounts.sign_in") if user is not None else system("sign_in")
    with suppress(SignInRefused):
        sign_in(
            command_id=_command_of(why, address, now),
            actor=actor,
            now=now,
            user_id=user.id if user is not None else None,
            address=address,
            refused=why,
        )


def _command_of(why: Refused, address: str, now: datetime) -> str:
    """Return a command id: tries beyond the limit are noted once an hour, or they would fill the audit."""
    return f"{why}:{address}:{now:%Y-%m-%dT%H}" if why == Refused.TOO_MANY else str(new_id())


def _act(user: User, permission: str) -> Act:
    """Return the act of a person who does this for themselves, now."""
    return Act(command_id=str(new_id()), actor=_actor(user, permission), now=clock.now())


def _actor(user: User, permission: str) -> Actor:
    return Actor(kind="staff", id=str(user.id), permissions=frozenset({permission}))


def _called(credentials: dict[str, Any]) -> User | None:
    return User.objects.filter(email=str(credentials.get("email", "")).lower()).first()


def _second_factor(request: HttpRequest, user: User) -> list[Way]:
    """Return the second factor that the person has just shown, if they have one."""
    shown = [one for one in get_authentication_records(request, user) if one["method"] == "mfa"]
    if not shown or not user.authenticator_set.exists():  # type: ignore[attr-defined]
        return []
    return [Way.RECOVERY_CODE if shown[-1].get("type") == "recovery_codes" else Way.CODE]
