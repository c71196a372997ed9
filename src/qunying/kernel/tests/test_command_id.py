"""Command ids that callers choose."""

import pytest
from django.test import RequestFactory

from qunying.kernel.web import BadCommandId, command_id_of


def test_the_header_comes_before_the_form_and_a_new_one_last() -> None:
    factory = RequestFactory()
    both = factory.post("/", {"command_id": "from-form"}, headers={"idempotency-key": "from-header"})
    assert command_id_of(both) == "from-header"
    assert command_id_of(factory.post("/", {"command_id": "from-form"})) == "from-form"
    assert command_id_of(factory.post("/")) != command_id_of(factory.post("/"))


@pytest.mark.parametrize("key", ["x" * 201, "two words", "键"])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(BadCommandId):
        command_id_of(RequestFactory().post("/", {"command_id": key}))
