"""Masked contacts show neither the whole nor enough to guess it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.members.queries.mask_contact import mask_contact


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        ("+8613812341234", "138****1234"),
        ("+493012345678", "+49****5678"),
        ("anna@x.com", "a***@x.com"),
        ("a@x.com", "a***@x.com"),
        ("12345", "1***5"),
        ("@x.com", "@***m"),
        ("ab", "***"),
    ],
)
def test_masks(contact, shown):
    assert mask_contact(contact) == shown


@given(st.text(min_size=2))
def test_never_the_whole(contact):
    assert mask_contact(contact) != contact or set(contact) <= {"*", "@"} or "***" in contact
