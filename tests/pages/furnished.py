"""An installation with one of everything, and for each address of the console one that leads somewhere."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.test import Client

from qunying.accounts.tests.make import make_secret
from qunying.campaigns.actions.claim_offer import claim_offer
from qunying.campaigns.queries.list_arm import list_arm
from qunying.campaigns.tests.make import NOW, launch, make_approved, make_audience, make_campaign, run
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.tests.make import make_community
from qunying.ledger.actions.run_audit import run_audit
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.segments.actions.refresh_scores import refresh_scores
from tests.safety.addresses import SAMPLES, Address

SAMPLE_VALUES = frozenset(SAMPLES.values())


def furnish() -> None:
    """Make members, a launched campaign with messages and a claimed coupon, a draft, a community, a key."""
    members = [member.id for member in make_audience(6)]
    campaign = make_approved(members, holdout_basis_points=5_000)
    launch(campaign)
    dispatch_due(clock=lambda: NOW + timedelta(minutes=1))
    run(claim_offer, campaign_id=campaign.id, member_id=list_arm(campaign.id, "treatment")[0])
    make_campaign()
    run(create_join_link, community_id=make_community("Tea").id, source="parcel")
    run(refresh_scores)
    run(run_audit)
    make_secret()


def leads_somewhere(browser: Client, address: Address) -> str | None:
    """Return the path of an address with arguments that exist, or None where nothing of the kind is here."""
    if not address.has_arguments:
        return address.path
    noun = address.name.split(".")[0]
    for values in _candidates(noun):
        path = address.path
        for sample in SAMPLE_VALUES:
            path = path.replace(sample, values.get(sample, sample))
        if status_of(browser, path) == 200:
            return path
    return None


def status_of(browser: Client, path: str, query: dict[str, Any] | None = None) -> int:
    """Return the status of a page; what fails in the database does not spoil the next one."""
    with transaction.atomic():
        status = browser.get(path, query or {}).status_code
        transaction.set_rollback(True)
    return int(status)


def _candidates(noun: str) -> list[dict[str, str]]:
    """Return what to put in the place of the sample arguments: the keys of the records of this noun and of members."""
    found = []
    for model in apps.get_models():
        if model.__module__.startswith(
            (f"qunying.{noun}.", "qunying.members.models", "qunying.messages.models")
        ):
            key = model.objects.values_list("pk", flat=True).first()  # type: ignore[attr-defined]
            sample = SAMPLES_BY_FIELD.get(type(model._meta.pk))
            if key is not None and sample:
                found.append({sample: str(key)})
    return [*found, {"seven": "email"}, {"seven": "webhook"}]


UUID_SAMPLE, NUMBER_SAMPLE = list(SAMPLES.values())[:2]
SAMPLES_BY_FIELD: dict[type, str] = {
    models.UUIDField: UUID_SAMPLE,
    models.BigAutoField: NUMBER_SAMPLE,
}
