"""Where platforms deliver messages: verified on the bytes as they came, stored, answered."""

import hashlib
from datetime import datetime
from uuid import UUID

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from qunying.communities.actions.receive_delivery import receive_delivery
from qunying.communities.doors import roster_hooks
from qunying.communities.inbound.platforms.delivery import Delivery
from qunying.communities.inbound.platforms.opening import open_by_platform
from qunying.communities.models import MessageSource
from qunying.communities.queries.get_source import get_open_source
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.web import problem_response

log = structlog.get_logger()


class DeliveryTooLarge(Problem):
    """More than is read at once."""

    code = "delivery_too_large"
    kind = Kind.INVALID
    message = _("The delivery is larger than 2 MB. Send fewer messages at once.")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def deliver(request: HttpRequest, source_id: UUID) -> HttpResponse:
    """Take in a delivery. Anything but 2xx means that nothing was stored and the sender should try again or look at it."""
    now = clock.now()
    try:
        return _deliver(request, source_id, now)
    except RequestDataTooBig:
        return problem_response(DeliveryTooLarge(), status=413)
    except Problem as problem:
        log.warning("delivery_refused", source=str(source_id), code=problem.code)
        MessageSource.objects.filter(pk=source_id).update(refused_at=now, refusal=problem.code)
        return problem_response(problem)


def _deliver(request: HttpRequest, source_id: UUID, now: datetime) -> HttpResponse:
    source, secret = get_open_source(source_id)
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: value for name in request.GET if (value := request.GET.get(name))}
    delivery = Delivery(headers, query, request.body if request.method == "POST" else b"", now)
    opened = open_by_platform(source.platform, secret, delivery)
    if opened.answer:
        return HttpResponse(opened.answer, content_type=opened.answer_type)
    if opened.told:
        receive_delivery(
            command_id=hashlib.sha256(delivery.body).hexdigest(),
            actor=Actor("key", f"source:{source.pk}", frozenset({"communities.receive_delivery"})),
            now=now,
            source_id=source.pk,
            told=opened.told,
        )
    return HttpResponse("{}", content_type="application/json")


urlpatterns = [
    path("messages/<uuid:source_id>/", deliver, name="communities.deliver"),
    *roster_hooks.urlpatterns,
]
