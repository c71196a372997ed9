"""Fixtures of the journeys: one browser and one server for the run, a database as new for each module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import pytest_django
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser

from tests.live.browser import running_browser
from tests.live.site import Site, running_site


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave alone what is slow even to collect, when its tests would not run anyway."""
    too_slow = collection_path.name == "test_schema_at_full_size.py"
    return True if too_slow and config.option.markexpr == "not full" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only one journey at a time: they all run in one group of the parallel lane."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A headless Chromium."""
    with running_browser() as chromium, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.live.browser.KEEPS_PICTURES", request.config.option.markexpr != "not full")
        # The browser's own event loop runs in this thread; our queries do not wait in it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield chromium


@pytest.fixture(scope="session")
def schema(
    django_db_setup: None, django_db_keepdb: bool, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[None]:
    """The test database, also when no collected test asks pytest-django for it."""
    if str(connection.settings_dict["NAME"]).startswith("test_"):
        yield
        return
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default"}, keepdb=django_db_keepdb)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def served(
    browser: Browser, schema: None, django_db_blocker: pytest_django.DjangoDbBlocker
) -> Iterator[Site]:
    """An installation with its server; without a browser nothing starts."""
    with running_site(django_db_blocker) as started:
        yield started


@pytest.fixture(scope="module")
def site(served: Site) -> Site:
    """The installation as new, for the tests of one module."""
    served.renew()
    return served
