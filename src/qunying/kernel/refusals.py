"""What the rules refuse, told beside the form that was sent: nothing that was typed is lost."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from django.forms import BaseForm

from qunying.kernel.problems import Problem

_NONE: Mapping[str, str] = MappingProxyType({})


@contextmanager
def told_in(*forms: BaseForm, places: Mapping[str, str] = _NONE) -> Iterator[None]:
    """Let a refusal become an error of the form that was sent, so that the page shows it again as it was typed.

    Args:
        forms: the sentence stands beside the field that the problem names, in the first form that has it; else above
            the first form. A problem names a field by the form's name of it, also with ``_minor`` behind it, or by its label.
        places: where else it stands: the field by what the problem calls it, or by the code of the problem.
    """
    try:
        yield
    except Problem as problem:
        if not problem.kind.is_refusal:
            raise
        tell(problem, *forms, places=places)


def tell(problem: Problem, *forms: BaseForm, places: Mapping[str, str] = _NONE) -> None:
    """Add a refusal to the form that has its field; see :func:`told_in`."""
    called = str(problem.fields.get("field", ""))
    for wanted in (places.get(called), places.get(problem.code), called, called.removesuffix("_minor")):
        for form in forms:
            name = _field_of(form, wanted)
            if name is not None:
                reason = problem.fields.get("reason") if called else None
                form.add_error(name, str(reason or problem))
                return
    forms[0].add_error(None, str(problem))


def _field_of(form: BaseForm, wanted: str | None) -> str | None:
    """Return the name of the field that is meant, if the form has it."""
    if not wanted:
        return None
    if wanted in form.fields:
        return wanted
    return next(
        (name for name, field in form.fields.items() if str(field.label).casefold() == wanted.casefold()),
        None,
    )
