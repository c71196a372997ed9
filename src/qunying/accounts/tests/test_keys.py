"""API keys: shown once, kept as a hash, never stronger than their maker."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from qunying.accounts.actions.create_key import ScopeNotHeld, make_key
from qunying.accounts.actions.revoke_key import KeyNotFound, revoke_key
from qunying.accounts.doors.cli import app
from qunying.accounts.models import ApiKey, User
from qunying.accounts.queries.authenticate_key import find_key_actor
from qunying.accounts.queries.find_staff import StaffNotFound
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel.actors import Forbidden
from qunying.kernel.models import Command

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_key_acts_within_its_scopes_until_revoked() -> None:
    owner = make_staff()
    created, secret = make_key(command_id="1", actor=owner.actor, now=NOW, name="shop", scopes=["intake.*"])
    actor = find_key_actor(secret)
    assert actor is not None
    assert actor.may("intake.ingest_events")
    assert not actor.may("rewards.claim_coupon")
    revoke_key(command_id="2", actor=owner.actor, now=NOW, key_id=created.key_id)
    assert find_key_actor(secret) is None
    with pytest.raises(KeyNotFound):
        revoke_key(command_id="3", actor=owner.actor, now=NOW, key_id=created.key_id)


def test_the_secret_is_kept_nowhere() -> None:
    _created, secret = make_key(
        command_id="1", actor=make_staff().actor, now=NOW, name="shop", scopes=["intake.*"]
    )
    stored = json.dumps([*ApiKey.objects.values(), *Command.objects.values()], default=str)
    assert secret not in stored
    assert secret[10:] not in stored


def test_a_key_is_no_stronger_than_its_maker_now() -> None:
    owner = make_staff()
    _created, secret = make_key(
        command_id="1", actor=owner.actor, now=NOW, name="x", scopes=["rewards.*", "insights.*"]
    )
    User.objects.filter(pk=owner.pk).update(role=Role.ANALYST.value)
    actor = find_key_actor(secret)
    assert actor is not None
    assert actor.permissions == {"insights.*"}
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert find_key_actor(secret) is None


def test_scopes_beyond_the_role_are_refused() -> None:
    maker = make_staff(Role.MANAGER).actor.__class__(
        kind="staff",
        id=str(make_staff(Role.MANAGER).id),
        permissions=frozenset({"accounts.create_key", "rewards.*"}),
    )
    with pytest.raises(ScopeNotHeld):
        make_key(
            command_id="1", actor=maker, now=NOW, name="x", scopes=["rewards.*", "accounts.invite_staff"]
        )


def test_the_page_shows_the_secret_once() -> None:
    browser = make_browser()
    page = browser.post("/console/interfaces/", {"name": "shop", "scopes": "intake.*", "command_id": "c"})
    assert page.content.decode().count("qy_") >= 1
    secret = page.context["secret"]
    assert secret not in browser.get("/console/interfaces/").content.decode()


def test_the_command_line_makes_a_key_for_an_owner() -> None:
    make_staff()
    words = ["create-key", "reports", "insights.*", "--json"]
    made = json.loads(CliRunner().invoke(app, words, catch_exceptions=False).stdout)
    actor = find_key_actor(made["secret"])
    assert actor is not None
    assert actor.may("insights.view")
    assert made["secret"] not in str(list(Command.objects.values_list("answer", flat=True)))
    analyst = make_staff(Role.ANALYST)
    for email, error in [(analyst.email, Forbidden), ("x@example.com", StaffNotFound)]:
        with pytest.raises(error):
            CliRunner().invoke(
                app, ["create-key", "x", "insights.*", "--email", email], catch_exceptions=False
            )
