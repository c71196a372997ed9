"""Signatures of webhooks: the example of the standard, and every way in which one can be wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.kernel.signed_webhooks import BadSignature, new_secret, sign, verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
EXAMPLE = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_example_of_the_standard() -> None:
    assert verify(SECRET, EXAMPLE, BODY, AT) == EXAMPLE["webhook-id"]
    assert sign(SECRET, EXAMPLE["webhook-id"], AT, BODY) == EXAMPLE
    rotated = {**EXAMPLE, "webhook-signature": f"v1,AAAA v2,x {EXAMPLE['webhook-signature']}"}
    assert verify(SECRET, {name.title(): value for name, value in rotated.items()}, BODY, AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook-id": "other"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1614265331"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "999999999999"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,å"},
        {"webhook-signature": EXAMPLE["webhook-signature"].replace("v1,", "v2,")},
    ],
)
def test_anything_else_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, {**EXAMPLE, **wrong}, BODY, AT)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_old_and_early_messages_are_refused(minutes: int) -> None:
    with pytest.raises(BadSignature):
        verify(SECRET, EXAMPLE, BODY, AT + timedelta(minutes=minutes))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_signature_is_of_one_body(body: bytes, other: bytes) -> None:
    secret = new_secret()
    headers = sign(secret, "m1", AT, body)
    assert verify(secret, headers, body, AT) == "m1"
    if other != body:
        with pytest.raises(BadSignature):
            verify(secret, headers, other, AT)
