"""People of the staff by e-mail."""

from qunying.accounts.models import User


def find_staff(email: str) -> User | None:
    """Return an active person of the staff, or None."""
    return User.objects.filter(email=email.lower(), is_active=True).first()
