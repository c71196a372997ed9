"""What a program approves is what it has read: changed since, it is refused with the code that the console gives, and nothing is done."""

from typing import Any

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_program
from qunying.kernel.ids import new_id
from qunying.rewards.tests.make import make_template
from tests.api.examples import EXAMPLES

pytestmark = pytest.mark.django_db


def _post(program: Client, path: str, body: dict[str, Any]) -> Any:
    headers = {"idempotency-key": str(new_id())}
    return program.post(path, body, content_type="application/json", headers=headers)


def _approval(name: str) -> tuple[str, dict[str, Any]]:
    """Return the path of something that waits to be approved, and the body of its approval."""
    example = EXAMPLES[name]()
    (identity,) = example.path.values()
    noun = {"campaigns": "campaigns", "activities": "activities", "content": "content/items"}[
        name.split(".", maxsplit=1)[0]
    ]
    return f"/api/v1/{noun}/{identity}", dict(example.body or {})


@pytest.mark.parametrize(
    ("name", "field", "code"),
    [
        ("campaigns.approve_campaign", "changed_at", "plan_changed_meanwhile"),
        ("activities.approve_activity", "version", "rules_changed_meanwhile"),
        ("content.approve_item", "changed_at", "content_changed_meanwhile"),
        ("rewards.open_template", "rules_hash", "terms_changed_meanwhile"),
    ],
)
def test_a_program_approves_what_it_has_read(name: str, field: str, code: str) -> None:
    program = make_program("*")
    if name == "rewards.open_template":
        path, body = f"/api/v1/coupons/templates/{make_template(opened=False)}", dict[str, Any]()
    else:
        path, body = _approval(name)
    read, verb = program.get(path).json(), "open" if "templates" in path else "approve"
    seen = read[field]
    other = {"version": 7, "rules_hash": "0" * 64, "changed_at": "2020-01-31T18:00:00+08:00"}[field]
    refused = _post(program, f"{path}/{verb}", {**body, f"seen_{field}": other})
    assert (refused.status_code, refused.json()["code"]) == (409, code)
    assert program.get(path).json() == read
    done = _post(program, f"{path}/{verb}", {**body, f"seen_{field}": seen})
    assert done.status_code < 300, done.content
    assert program.get(path).json()["state"] != read["state"]
