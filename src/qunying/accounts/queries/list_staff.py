"""Staff for choices: who can be made the owner of something."""

from uuid import UUID

from django.db.models import QuerySet

from qunying.accounts.models import User


def list_staff() -> QuerySet[User]:
    """Return everybody on the staff who may sign in, by name."""
    return User.objects.filter(is_active=True).order_by("name")


def find_staff(user_id: UUID) -> User | None:
    """Return a person on the staff, or None."""
    return User.objects.filter(pk=user_id, is_active=True).first()
