"""Requests made up from the API's own description: every answer is one that the description knows."""

import pytest
import schemathesis
from hypothesis import given
from schemathesis import GenerationMode

from tests.api.described import bounded, schema, send
from tests.api.examples import Operation, operations


@pytest.mark.parametrize("operation", operations(), ids=str)
def test_answers_are_described(operation: Operation, powerful: str) -> None:
    described = schema[operation.route][operation.method.upper()]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]

    for mode in modes:

        @bounded(examples=4)
        @given(case=described.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            send(case, powerful)

        ask()
