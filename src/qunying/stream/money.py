"""Money of several currencies: nothing is converted, so sums hold one currency only."""

import ibis
import ibis.expr.types as ir


def is_elsewhere(events: ir.Table, currency: str) -> ir.BooleanValue:
    """Tell of each event whether its amount is in another currency; one that names none is in ours."""
    return (events.currency != currency).fill_null(False)


def in_currency(events: ir.Table, currency: str) -> ir.Table:
    """Return events with the amounts in one currency: those in others are unknown (null), so they are in no sum and in no
    comparison. The events themselves still count.

    Args:
        events: with ``amount`` and ``currency``.
        currency: ISO 4217; empty leaves all amounts, for events of one currency.
    """
    if not currency:
        return events
    nothing = ibis.null(events.amount.type())
    return events.mutate(amount=is_elsewhere(events, currency).ifelse(nothing, events.amount))
