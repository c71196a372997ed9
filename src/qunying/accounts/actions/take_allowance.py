"""Count what somebody gives away against what their role may give in a day."""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.accounts.allowances import Given, allowance_of, find_role
from qunying.accounts.models import AllowanceUse
from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.queries.person_behind import person_behind
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.clock import local_day
from qunying.kernel.problems import Kind, Problem

_TAKE = """
INSERT INTO accounts_allowanceuse AS had (person, given, day, used)
SELECT %(person)s, %(given)s, %(day)s, %(amount)s::bigint WHERE %(amount)s::bigint <= %(limit)s::bigint
ON CONFLICT (person, given, day) DO UPDATE SET used = had.used + excluded.used
    WHERE had.used + excluded.used <= %(limit)s::bigint
RETURNING used
"""


class AllowanceExceeded(Problem):
    """The person's role may not give so much in a day."""

    code = "allowance_exceeded"
    kind = Kind.CONFLICT
    message = _(
        "Your role may give {limit} in a day, and {left} are left today. Ask somebody whose role may give more."
    )


@action
def take_allowance(*, command_id: str, actor: Actor, now: datetime, given: Given, amount: int) -> None:
    """Count ``amount`` for the person behind the actor on the brand's present day.

    One guarded counter per person and day, whatever the number of programs and processes. It goes back when what
    it is for is refused. Members and the installation itself are not counted.

    Raises:
        AllowanceExceeded: less is left.
    """
    role = find_role(actor)
    limit = None if role is None else allowance_of(role, given)
    if limit is None or amount <= 0:
        return
    person, day = person_behind(actor.key), local_day(now, get_brand().zone)
    values = {"person": person, "given": given.value, "day": day, "amount": amount, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        if cursor.fetchone() is not None:
            return
    used = AllowanceUse.objects.filter(person=person, given=given, day=day).values_list("used", flat=True)
    raise AllowanceExceeded(limit=limit, left=max(0, limit - (used.first() or 0)))
