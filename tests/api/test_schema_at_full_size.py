"""The same with all boundary values and many more requests. Only the full lane collects this file: making them up takes long."""

import pytest
import schemathesis

from tests.api.described import bounded, schema, send

pytestmark = pytest.mark.full


@schema.parametrize()
@bounded(examples=100)
def test_answers_are_described(case: schemathesis.Case, powerful: str) -> None:
    send(case, powerful)


@schema.parametrize()
@bounded(examples=10)
def test_a_key_without_scopes_gets_nothing(case: schemathesis.Case, powerless: str) -> None:
    response = case.call(headers={"Authorization": f"Bearer {powerless}"})
    # 401: among the requests made up are some that leave the key out
    assert response.status_code in {400, 401, 403, 404, 405, 422}, response.status_code
