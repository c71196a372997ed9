"""Tables of the kernel: commands with their answers, and counters that slow guessing down."""

from django.db import models


class Command(models.Model):
    """One command of one actor and what came of it, written in the transaction of its effect."""

    id = models.BigAutoField(primary_key=True)
    actor = models.TextField()
    command_id = models.TextField()
    action = models.TextField()
    body_hash = models.TextField()
    answer = models.JSONField(null=True)
    refusal = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "command_id"], name="command_once")]
        indexes = [models.Index(fields=["-created_at"], name="command_latest")]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"


class AttemptWindow(models.Model):
    """How often a key (an address, a contact, a code) was tried since the window began."""

    key = models.TextField(primary_key=True)
    window_started_at = models.DateTimeField()
    attempts = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.key
