"""The real orders, for tests that ask for them."""

from pathlib import Path

import pytest

from qunying.accounts.actions.change_brand import change_brand
from qunying.campaigns.tests.make import run
from qunying.campaigns.tests.real_orders import LAST, SPLIT, load_real_orders


@pytest.fixture
def buyers(shared_data: Path, db: None) -> int:
    """Load the real orders into a brand that looks back from their last day; how many had bought by the"
    " split."""
    run(change_brand, now=SPLIT, currency="GBP", analysis_at=LAST, approval_limit_minor=10**9)
    return len(load_real_orders(shared_data))
