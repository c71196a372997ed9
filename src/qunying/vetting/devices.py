"""Telling devices apart: a random number in a cookie, of which only a keyed hash is ever stored."""

import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from qunying.members.member_web import COOKIE_PATH

DEVICE_COOKIE = "qy_device"
LIFETIME = timedelta(days=180)
_SHAPE = re.compile(r"[0-9a-f]{32}")


def device_of(request: HttpRequest) -> str:
    """Return the number of the device that asks, or nothing when it has none yet."""
    number = request.COOKIES.get(DEVICE_COOKIE, "")
    return number if _SHAPE.fullmatch(number) else ""


def mark_device(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give a device a number, if it has none, and return the answer."""
    if not device_of(request):
        response.set_cookie(
            DEVICE_COOKIE,
            secrets.token_hex(16),
            max_age=int(LIFETIME.total_seconds()),
            path=COOKIE_PATH,
            secure=settings.BEHIND_HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response
