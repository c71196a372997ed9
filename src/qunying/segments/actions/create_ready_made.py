"""Segments that most brands want are made, to be changed as needed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import derived_id
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.models import Segment
from qunying.segments.queries.get_definitions import get_definitions
from qunying.segments.ready_made import READY_MADE, country_rule, rule_of

MOST_COUNTRIES = 50


@dataclass(frozen=True)
class ReadyMadeCreated:
    """Short names of the segments that were made; those that were there already are left alone."""

    slugs: list[str]


@action
def create_ready_made(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    slugs: list[str] | None = None,
    countries: list[str] | None = None,
) -> ReadyMadeCreated:
    """Make ready-made segments, named in the language of the caller.

    Args:
        slugs: which ones; all when left out.
        countries: values of the attribute ``country`` that get a segment each, at most 50.
    """
    highest_score = get_definitions().bins
    wanted = [ready for ready in READY_MADE if slugs is None or ready.slug in slugs]
    there = set(Segment.objects.values_list("slug", flat=True))
    made = []
    for ready in wanted:
        if ready.slug not in there:
            saved = create_segment(
                command_id=command_id,
                actor=actor,
                now=now,
                name=str(ready.name),
                slug=ready.slug,
                description=str(ready.description),
                rule=rule_of(ready, highest_score),
                aim=str(ready.aim),
                offers=str(ready.offers),
            )
            made.append(saved.slug)
    for country in (countries or [])[:MOST_COUNTRIES]:
        slug = f"country-{slugify(country)[:60] or derived_id('country', country).hex[:8]}"
        if slug not in there:
            name = _("Country: {country}").format(country=country[:80])
            rule = country_rule(country)
            made.append(
                create_segment(
                    command_id=command_id, actor=actor, now=now, name=name, slug=slug, rule=rule
                ).slug
            )
    return ReadyMadeCreated(made)
