"""The form for the code of the second factor: as it comes with allauth, and the audit keeps what was wrong."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django.core.exceptions import ValidationError

from qunying.accounts.actions.sign_in import Refused
from qunying.accounts.sign_in import TOO_MANY, note_refusal


class SecondFactorForm(AuthenticateForm):  # type: ignore[misc]
    """Asks for a code."""

    def clean_code(self) -> str:
        """Return the code when it is right.

        Raises:
            ValidationError: it is wrong, or was tried too often.
        """
        try:
            return str(super().clean_code())
        except ValidationError as error:
            why = Refused.TOO_MANY if error.code == TOO_MANY else Refused.WRONG_CODE
            note_refusal(context.request, self.user, why)
            raise
