"""The sample goes through the loop by itself, once."""

import pytest

from qunying.accounts.queries.get_brand import get_brand
from qunying.members.tests.make import make_member
from qunying.sample.load import load_sample


@pytest.mark.django_db
def test_an_installation_with_members_of_its_own_is_left_alone() -> None:
    make_member()
    said: list[str] = []
    load_sample(said.append)
    assert said == []
    assert not get_brand().is_sample
