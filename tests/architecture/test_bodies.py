"""What programs send as JSON is what the description says: no yes for a number, and no number for a yes."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from qunying.shell.api import api

FORMS = {"PictureFactsIn"}  # in a form, everything is text


def _bodies(shape: type[BaseModel] = BaseModel) -> Iterator[type[BaseModel]]:
    """Yield the shapes of what programs send, which are called so."""
    for kind in shape.__subclasses__():
        if (
            kind.__module__.startswith("qunying.")
            and kind.__name__.endswith("In")
            and kind.__name__ not in FORMS
        ):
            yield kind
        yield from _bodies(kind)


def _takes(field: FieldInfo, value: object) -> bool:
    """Tell whether a field takes a value for one of another type; a whole number, or its text, may stand for a fraction."""
    try:
        taken = TypeAdapter(Annotated[field.annotation, field]).validate_python(value)
    except ValidationError:
        return False
    return type(taken) not in {type(value), Decimal, float}


@pytest.mark.parametrize("value", [True, 1, "1", "yes"], ids=repr)
def test_nothing_is_taken_for_a_number_or_a_yes_that_is_none(value: object) -> None:
    assert api.get_openapi_schema()["paths"], "all shapes are known now"
    bodies = list(_bodies())
    assert len(bodies) > 150
    lax = [
        f"{body.__module__}.{body.__name__}.{name}"
        for body in bodies
        for name, field in body.model_fields.items()
        if _takes(field, value)
    ]
    assert not lax, "\n".join(lax)
