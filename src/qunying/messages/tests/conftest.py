"""A provider on this machine, and a brand that may write to it at any hour."""

from collections.abc import Iterator
from typing import Any

import pytest

from qunying.accounts.models import Brand
from qunying.messages.tests.providers import WebProvider, closing


@pytest.fixture
def on_one_machine(db: None, settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    Brand.objects.create(name="Jade Garden", quiet_from="00:00", quiet_until="00:00")


@pytest.fixture
def provider() -> Iterator[WebProvider]:
    with closing(WebProvider()) as provider:
        yield provider
