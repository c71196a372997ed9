"""The stream: events, the keys that make them count once, and how far each reader has come."""

from django.db import models


class Event(models.Model):
    """One thing that happened. Rows are appended, never rewritten.

    The table is made in SQL: partitioned by month received, refusing UPDATE and DELETE. ``transaction`` and
    ``position`` order the rows for readers: everything below the oldest running transaction is final.
    """

    id = models.UUIDField(primary_key=True)
    source = models.TextField()
    source_event_id = models.TextField()
    name = models.TextField()
    member_id = models.UUIDField(null=True)
    anonymous_id = models.UUIDField(null=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    community_id = models.UUIDField(null=True)
    campaign_id = models.UUIDField(null=True)
    content_id = models.UUIDField(null=True)
    product = models.TextField(null=True)
    order_id = models.UUIDField(null=True)
    quantity = models.BigIntegerField(null=True)
    amount_minor = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)
    properties = models.JSONField(default=dict)
    backfill = models.BooleanField(default=False)
    transaction = models.BigIntegerField(editable=False)
    position = models.BigIntegerField(editable=False)

    class Meta:
        db_table = "stream_event"

    def __str__(self) -> str:
        return f"{self.name} at {self.occurred_at:%Y-%m-%d %H:%M}"


class EventKey(models.Model):
    """The key of an event that came from outside: the second one with the same key is a duplicate."""

    pk = models.CompositePrimaryKey("source", "source_event_id")
    source = models.TextField()
    source_event_id = models.TextField()
    body_hash = models.TextField()
    received_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.source}/{self.source_event_id}"


class Cursor(models.Model):
    """How far a named reader (a reaction, the lake export) has come.

    For reactions it is the truth; for the lake it is a copy of the mark in the lake, kept for showing.
    ``seen`` is how many events had been numbered by then; only the lag is measured with it.
    """

    reader = models.TextField(primary_key=True)
    transaction = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.reader


class ReactionRun(models.Model):
    """A reaction that was started for an event; the key makes it run once.

    One that crashed has its failure and a time to try again; without ``retry_at`` it is settled.
    """

    pk = models.CompositePrimaryKey("reaction", "event_id")
    reaction = models.TextField()
    event_id = models.UUIDField()
    transaction = models.BigIntegerField()
    position = models.BigIntegerField()
    ran_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=1)
    failure = models.TextField(blank=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["retry_at"], name="reaction_retry", condition=models.Q(retry_at__isnull=False)
            ),
            models.Index(fields=["ran_at"], name="reaction_ran"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} for {self.event_id}"
