"""What a member agrees to when they send something in. The text is kept with the submission, word for word."""

from django.utils.translation import gettext as _


def submission_consent(brand: str) -> str:
    """Return what a member agrees to, in the language that they read it in."""
    return _(
        "I made this myself, and whoever can be recognised in it agrees. {brand} may show it with my name shortened on its pages"
        " and in its communities. I can take it back at any time under “My submissions”; it then disappears from the gallery."
    ).format(brand=brand)
