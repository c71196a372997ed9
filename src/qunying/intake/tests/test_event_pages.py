"""The page of the event stream: what was set aside, who sees its contents, and trying it again."""

import pytest
from django.test import Client
from django.urls import reverse

from qunying.accounts.models import User
from qunying.accounts.roles import Role
from qunying.intake.models import QuarantinedEvent
from qunying.intake.tests.test_ingest_events import reported, send
from qunying.kernel import actors, clock
from qunying.kernel.ids import new_id
from qunying.members.actions.create_member import create_member

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(role: Role) -> Client:
    client = Client(headers={"accept-language": "en"})
    user = User.objects.create_user(f"{role}@example.com", name="Somebody", role=role, language="en")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def _set_aside() -> None:
    send(reported(identity={"type": "phone", "value": "13800001111"}), {"name": "x"}, now=clock.now())


@pytest.mark.usefixtures("_set_aside")
def test_only_who_may_see_contacts_sees_the_body() -> None:
    seen = {
        role: sign_in(role).get(reverse("intake.events")).content.decode()
        for role in (Role.OWNER, Role.OPERATOR)
    }
    assert "13800001111" in seen[Role.OWNER]
    assert "13800001111" not in seen[Role.OPERATOR]
    assert "Nobody has this identity yet" in seen[Role.OPERATOR]


@pytest.mark.usefixtures("_set_aside")
def test_what_was_mended_is_taken_on_the_second_try() -> None:
    create_member(
        command_id=str(new_id()),
        actor=actors.system("test"),
        now=clock.now(),
        identities=[("phone", "13800001111")],
    )
    console = sign_in(Role.OPERATOR)
    answer = console.post(
        reverse("intake.replay_quarantined"),
        {"reason": "unknown_identity", "command_id": "again"},
        follow=True,
    )
    assert "1 event was taken" in answer.content.decode()
    assert set(QuarantinedEvent.objects.filter(resolved_at=None).values_list("reason", flat=True)) == {
        "bad_shape"
    }


@pytest.mark.usefixtures("_set_aside")
def test_an_analyst_may_not_try_again() -> None:
    console = sign_in(Role.ANALYST)
    assert console.get(reverse("intake.events")).status_code == 403
    assert console.post(reverse("intake.replay_quarantined"), {"command_id": "no"}).status_code == 403
