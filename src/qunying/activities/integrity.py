"""What activities, their stock and the book must agree on; part of the audit."""

from django.utils.translation import gettext_lazy as _

from qunying.activities.models import Activity, State
from qunying.activities.rules import rules_hash
from qunying.ledger.integrity import ask, integrity_check
from qunying.ledger.queries.list_pools import list_rules


@integrity_check("activity_rules_are_kept", _("No rules have changed since their activity was approved"))
def _activity_rules_are_kept() -> list[str]:
    pinned = Activity.objects.exclude(state__in=[State.DRAFT, State.CANCELLED])
    rules = list_rules([a.plays_id for a in pinned if a.plays_id])
    return [
        f"activity {a.id}"
        for a in pinned
        if rules_hash(a) != a.rules_hash or (a.plays_id and rules.get(a.plays_id) != a.rules_hash)
    ]


@integrity_check("plays_have_no_gap", _("The plays of every activity run from 1 without a gap, each once"))
def _plays_have_no_gap() -> list[str]:
    return ask(
        "SELECT format('activity %%s: %%s plays up to %%s, %%s issued', a.id, count(p.serial),"
        "  max(p.serial), l.issued)"
        " FROM activities_activity a JOIN ledger_pool l ON l.id = a.plays_id"
        " LEFT JOIN activities_participation p ON p.activity_id = a.id"
        " GROUP BY a.id, l.issued HAVING count(p.serial) <> l.issued OR coalesce(max(p.serial), 0) <> l.issued"
    )


@integrity_check("prizes_are_out_of_stock", _("As many prizes were won as their stock gave out"))
def _prizes_are_out_of_stock() -> list[str]:
    return ask(
        "SELECT format('activity %%s, %%s: %%s won, %%s out', s.activity_id, s.key,"
        "  count(w.id), l.issued - l.returned)"
        " FROM activities_stock s JOIN ledger_pool l ON l.id = s.pool_id"
        " LEFT JOIN activities_award w ON w.activity_id = s.activity_id AND w.prize = s.key"
        "  AND w.stock_serial IS NOT NULL"
        " WHERE s.key <> 'place' AND NOT starts_with(s.key, 'unit_')"
        " GROUP BY s.activity_id, s.key, l.issued, l.returned"
        " HAVING count(w.id) <> l.issued - l.returned"
    )


@integrity_check(
    "turns_within_limits", _("Nobody has taken part more often than the rules and their chances allow")
)
def _turns_within_limits() -> list[str]:
    return ask(
        "SELECT format('activity %%s, member %%s: %%s turns', t.activity_id, t.member_id, t.taken)"
        " FROM activities_turns t JOIN activities_activity a ON a.id = t.activity_id"
        " WHERE t.taken - t.given_back - t.bought > a.per_member + coalesce((SELECT sum(p.amount) FROM ledger_posting p"
        "  JOIN ledger_account c ON c.id = p.account_id JOIN ledger_transaction x ON x.id = p.transaction_id"
        "  WHERE c.asset = 'chance:' || a.id AND c.purpose = 'redeemed'), 0)"
    )


@integrity_check(
    "bought_turns_are_paid",
    _("Every turn that points buy was paid as the rules say, and no member bought more"),
)
def _bought_turns_are_paid() -> list[str]:
    return ask(
        "SELECT format('activity %%s: %%s turns bought, %%s paid, %%s points; at most %%s of %%s', a.id,"
        "  t.bought, coalesce(p.paid, 0), coalesce(p.points, 0), t.largest, a.settings->>'most_bought')"
        " FROM (SELECT activity_id, sum(bought) AS bought, max(bought) AS largest"
        "  FROM activities_turns GROUP BY activity_id) t"
        " JOIN activities_activity a ON a.id = t.activity_id"
        " LEFT JOIN (SELECT p.activity_id, count(*) AS paid, sum(g.amount) AS points"
        "  FROM activities_participation p LEFT JOIN (ledger_posting g JOIN ledger_account c"
        "   ON c.id = g.account_id AND c.purpose = 'redeemed') ON g.transaction_id = p.spend_id"
        "  WHERE p.spend_id IS NOT NULL GROUP BY p.activity_id) p ON p.activity_id = a.id"
        " WHERE t.bought <> coalesce(p.paid, 0)"
        "  OR t.bought * coalesce((a.settings->>'turn_points')::bigint, 0) <> coalesce(p.points, 0)"
        "  OR t.largest > coalesce((a.settings->>'most_bought')::bigint, 0)"
    )


@integrity_check("rights_are_out_of_stock", _("As many units are in rights as their stock gave out"))
def _rights_are_out_of_stock() -> list[str]:
    return ask(
        "SELECT format('activity %%s, %%s: %%s in rights, %%s out', s.activity_id, s.key, count(u.id),"
        "  l.issued - l.returned)"
        " FROM activities_stock s JOIN ledger_pool l ON l.id = s.pool_id"
        " LEFT JOIN (SELECT u.id, u.stock_id FROM activities_rightunit u"
        "  JOIN activities_right r ON r.id = u.right_id"
        "  WHERE u.is_out AND r.state IN ('waiting', 'held', 'reserved', 'redeemed')) u ON u.stock_id = s.id"
        " WHERE starts_with(s.key, 'unit_')"
        " GROUP BY s.activity_id, s.key, l.issued, l.returned HAVING count(u.id) <> l.issued - l.returned"
    )


@integrity_check(
    "teams_are_whole", _("Every team has as many places as it counts, and formed or failed whole")
)
def _teams_are_whole() -> list[str]:
    return ask(
        "SELECT format('team %%s, %%s: %%s of %%s held, %%s places', t.id, t.state, t.held, t.size, count(r.id))"
        " FROM activities_team t LEFT JOIN activities_right r ON r.team_id = t.id"
        "  AND (r.state = 'waiting' OR t.state = 'formed' AND (r.expires_at IS NOT NULL))"
        " GROUP BY t.id HAVING count(r.id) <> CASE t.state WHEN 'failed' THEN 0 ELSE t.held END"
        " OR count(*) FILTER (WHERE r.state = 'waiting' AND t.state <> 'open') > 0"
    )


@integrity_check(
    "places_are_held_once", _("As many members have a place at a gathering as places were given out")
)
def _places_are_held_once() -> list[str]:
    return ask(
        "SELECT format('activity %%s: %%s with a place, %%s out', s.activity_id, count(r.id),"
        "  l.issued - l.returned)"
        " FROM activities_stock s JOIN ledger_pool l ON l.id = s.pool_id"
        " LEFT JOIN activities_registration r ON r.activity_id = s.activity_id"
        "  AND r.state IN ('registered', 'attended', 'no_show')"
        " WHERE s.key = 'place' GROUP BY s.activity_id, l.issued, l.returned"
        " HAVING count(r.id) <> l.issued - l.returned"
    )


@integrity_check(
    "watchwords_win_once",
    _("Every prize of a live session was won by one right watchword, said while it counted"),
)
def _watchwords_win_once() -> list[str]:
    return ask(
        "SELECT format('activity %%s: %%s prizes, %%s for right watchwords', a.id, count(w.id), count(s.id))"
        " FROM activities_activity a JOIN activities_award w ON w.activity_id = a.id"
        " LEFT JOIN (activities_liveanswer s JOIN activities_liveword l ON l.id = s.word_id) ON s.award_id = w.id"
        "  AND l.activity_id = a.id AND s.member_id = w.member_id AND s.at >= l.announced_at AND s.at < l.until"
        "  AND a.settings->'words' @> jsonb_build_array(jsonb_build_object('key', l.key, 'prize', w.prize))"
        " WHERE a.kind = 'live' GROUP BY a.id HAVING count(w.id) <> count(s.id)"
    )


@integrity_check(
    "games_keep_to_their_rules",
    _("No product game has more moves than allowed, and prizes were won by games that were finished"),
)
def _games_keep_to_their_rules() -> list[str]:
    return ask(
        "SELECT format('game %%s: %%s cards turned, %%s, prize “%%s”, %%s won', g.participation_id,"
        "  jsonb_array_length(g.turned), g.state, p.given, count(w.id))"
        " FROM activities_pairsplay g JOIN activities_activity a ON a.id = g.activity_id"
        " JOIN activities_participation p ON p.id = g.participation_id"
        " LEFT JOIN activities_award w ON w.participation_id = p.id"
        " GROUP BY g.participation_id, a.id, p.id"
        " HAVING jsonb_array_length(g.turned) > 2 * (a.settings->>'moves')::int"
        "  OR count(w.id) <> CASE WHEN g.state = 'finished' AND p.given <> '' THEN 1 ELSE 0 END"
        "  OR g.state = 'finished' AND p.landed <> (jsonb_array_length(g.turned) / 2)::text"
        "  OR g.state <> 'finished' AND p.given <> ''"
    )
