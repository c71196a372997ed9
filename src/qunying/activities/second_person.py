"""Who may approve: above the brand's limit, somebody else than who wrote the rules."""

from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.person_behind import same_person
from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity
from qunying.kernel.actors import Actor


def needs_somebody_else(activity: Activity, actor: Actor) -> bool:
    """Tell whether this actor may not approve, because they ever wrote what may give away more than the limit for one person."""
    worth = kind_of(activity.kind).read(activity).worth_minor()
    if worth <= get_brand().approval_limit_minor:
        return False
    return same_person(
        actor.key, activity.created_by, *set(activity.versions.values_list("changed_by", flat=True))
    )
