"""People for tests: one of each role, signed-in browsers, keys."""

from django.test import Client

from qunying.accounts.actions.create_key import make_key
from qunying.accounts.models import User
from qunying.accounts.roles import Role
from qunying.kernel import clock
from qunying.kernel.ids import new_id


def make_staff(role: Role = Role.OWNER, email: str = "") -> User:
    """Return a person on the staff."""
    return User.objects.create_user(
        email or f"{role.value}-{new_id().hex[:8]}@example.com", name=role.value, role=role
    )


def make_browser(role: Role = Role.OWNER, language: str = "en") -> Client:
    """Return a browser in which a person of the role is signed in."""
    browser = Client(headers={"accept-language": language})
    browser.force_login(make_staff(role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return browser


def make_secret(*scopes: str) -> str:
    """Return the secret of an API key with these scopes, everything when none is named."""
    maker = make_staff(Role.OWNER)
    _created, secret = make_key(
        command_id=str(new_id()),
        actor=maker.actor,
        now=clock.now(),
        name="test",
        scopes=list(scopes or ("*",)),
    )
    return secret


def make_program(*scopes: str) -> Client:
    """Return a program's client that sends an API key with these scopes."""
    return Client(headers={"authorization": f"Bearer {make_secret(*scopes)}", "accept-language": "en"})
