"""Links that sign one person in once: made for the owner of a new installation and for invited staff."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from qunying.accounts.models import User
from qunying.accounts.roles import Role


class _SignInTokens(PasswordResetTokenGenerator):
    """Tokens that die at the first sign-in after them (they cover the time of the last one) or after a day."""

    key_salt = "qunying.accounts.sign_in_links"


_tokens = _SignInTokens()


def make_sign_in_link(user: User) -> str:
    """Return the address that signs the person in once, within a day."""
    path = reverse("accounts.sign_in_by_link", args=[user.id, _tokens.make_token(user)])
    return f"{settings.PUBLIC_URL}{path}"


def find_user_of_link(user_id: UUID, token: str) -> User | None:
    """Return whom a sign-in link is for, or None when it is used up, too old or forged."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user is not None and _tokens.check_token(user, token) else None


def find_owner() -> User | None:
    """Return the first active owner, if the installation has one."""
    return User.objects.filter(role=Role.OWNER.value, is_active=True).order_by("created_at").first()
