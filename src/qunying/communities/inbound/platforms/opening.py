"""Which platform signs how, and what its secret has to look like."""

import base64
import json
import re
import secrets
from collections.abc import Callable

from qunying.communities.inbound.platforms import dingtalk, feishu, own_program, telegram, wecom
from qunying.communities.inbound.platforms.delivery import Delivery, Opened
from qunying.communities.models import MessageSource

_OPENERS: dict[str, Callable[[str, Delivery], Opened]] = {
    MessageSource.Platform.WECOM: wecom.open_delivery,
    MessageSource.Platform.DINGTALK: dingtalk.open_delivery,
    MessageSource.Platform.FEISHU: feishu.open_delivery,
    MessageSource.Platform.TELEGRAM: telegram.open_delivery,
    MessageSource.Platform.OWN: own_program.open_delivery,
}
_WECOM_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}", re.ASCII)
_WECOM_KEY = re.compile(r"[A-Za-z0-9]{43}", re.ASCII)
_GIVEN = re.compile(r"[!-~]{8,200}", re.ASCII)


def open_by_platform(platform: str, secret: str, delivery: Delivery) -> Opened:
    """Check and read a delivery in the way of its platform.

    Raises:
        SignatureRefused, DeliveryStale, DeliveryUnreadable.
    """
    return _OPENERS[platform](secret, delivery)


def made_secret(platform: str) -> str | None:
    """Return a new secret where we make it and the platform learns it from us; None where the platform makes it."""
    if platform == MessageSource.Platform.TELEGRAM:
        return secrets.token_urlsafe(32)
    if platform == MessageSource.Platform.OWN:
        return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    return None


def stored_secret(platform: str, secret: str, token: str) -> str | None:
    """Return a platform's secret as it is sealed; None when it cannot be one.

    Args:
        secret: WeCom's EncodingAESKey, DingTalk's app secret, Feishu's Encrypt Key.
        token: WeCom's token; empty for the others.
    """
    secret, token = secret.strip(), token.strip()
    if platform == MessageSource.Platform.WECOM:
        fits = _WECOM_KEY.fullmatch(secret) and _WECOM_TOKEN.fullmatch(token)
        return json.dumps({"token": token, "aes_key": secret}) if fits else None
    return secret if _GIVEN.fullmatch(secret) else None
