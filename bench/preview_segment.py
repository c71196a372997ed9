"""Counting a segment while its rule is written, beside SQL written by hand for DuckDB on the same files."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter

from bench.comparing import Comparison, Way, compare
from bench.import_orders import real_file
from bench.installation import Installation

AS_OF = datetime(2011, 12, 10, tzinfo=UTC)
RULE = {
    "all": [
        {"event": "order_paid", "count": {"at_least": 2}, "within": {"days": 180}},
        {"event": "order_paid", "sum": "amount", "at_least": 50_000},
        {"not": {"event": "order_refunded", "count": {"at_least": 3}}},
    ]
}
BY_HAND = """
    SELECT count(*) FROM (
        SELECT member_id FROM read_parquet({files})
        WHERE member_id IS NOT NULL AND occurred_at <= TIMESTAMPTZ '2011-12-10 00:00:00+00'
            AND name IN ('order_paid', 'order_refunded')
        GROUP BY member_id
        HAVING count(*) FILTER (name = 'order_paid' AND occurred_at > TIMESTAMPTZ '2011-06-13 00:00:00+00') >= 2
            AND sum(amount) FILTER (name = 'order_paid') >= 50000
            AND count(*) FILTER (name = 'order_refunded') < 3)
"""


def measure(place: Installation, divisor: int) -> Iterator[Comparison]:  # noqa: ARG001 - always the real orders
    """Measure on the events of the real orders, exported to the lake."""
    with place.fresh_database():
        files = _fill_lake(place)
        found: dict[str, int] = {}

        def preview(_place: object) -> None:
            from qunying.segments.queries.preview_rule import preview_rule

            found["ours"] = preview_rule(RULE, AS_OF).count

        def by_hand(_place: object) -> None:
            import duckdb
            from django.conf import settings

            limits = {"threads": settings.ANALYSIS_THREADS, "memory_limit": settings.ANALYSIS_MEMORY_LIMIT}
            row = duckdb.connect(config=limits).execute(BY_HAND.format(files=files)).fetchone()
            found["by hand"] = row[0] if row else -1

        yield compare(
            "segment preview, real orders",
            unit="previews",
            amount=1,
            ours=Way(preview),
            reference=Way(by_hand),
            reference_name="hand-written DuckDB SQL, same files",
        )
        assert found["ours"] == found["by hand"] > 0, found


def _fill_lake(place: Installation) -> list[str]:
    """Import the real orders, export their events, and return the files of the lake."""
    from qunying.accounts.actions.change_brand import change_brand
    from qunying.intake.orders.importing import ImportRequest, import_orders
    from qunying.kernel import actors, clock
    from qunying.stream.export import export_to_lake
    from qunying.stream.lake import open_lake

    request = ImportRequest(real_file(), "Europe/London", "GBP")
    actor = actors.system("bench")
    # Rules sum what is in the brand's currency.
    change_brand(command_id="bench:brand", actor=actor, now=clock.now(), zone="Europe/London", currency="GBP")
    import_orders(
        request, place.home / "errors.csv", actor=actor, now=clock.now(), step=lambda _stage, _share: None
    )
    started = perf_counter()
    exported = export_to_lake(clock.now())
    print(
        f"exported {exported.rows:,} events to the lake, {exported.rows / (perf_counter() - started):,.0f}/s",
        flush=True,
    )
    lake = open_lake()
    assert lake is not None
    return lake.file_uris()
