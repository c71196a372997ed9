"""Serving an installation."""

import pytest
from django.db import connection

from qunying.shell.run import KEPT_BY, DatabaseForgets, check_durable


@pytest.mark.django_db
def test_a_database_that_forgets_is_not_served() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    with pytest.raises(DatabaseForgets) as refused:  # a test's own server forgets more than that
        check_durable()
    named = str(refused.value.fields["settings"]).split(", ")
    assert "synchronous_commit" in named
    assert set(named) <= set(KEPT_BY)
