"""What makes the member centre an app on a phone: manifest, icons, a page for when there is no net."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from qunying.accounts.queries.get_brand import get_brand
from qunying.members.app_icon import COLOUR, SIZES, draw_icon, draw_icon_picture
from qunying.members.member_web import MEMBER_CSP


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Tell the phone how to install the member centre (W3C application manifest)."""
    name = get_brand().name
    drawn = [
        {
            "src": reverse("members.icon_picture", args=[size]),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    about = {
        "id": "/m/",
        "name": _("{brand} member centre").format(brand=name),
        "short_name": name[:12],
        "start_url": "/m/",
        "scope": "/m/",
        "display": "standalone",
        "background_color": "#f4f5f3",
        "theme_color": COLOUR,
        "icons": [{"src": reverse("members.icon"), "sizes": "any", "type": "image/svg+xml"}, *drawn],
    }
    return JsonResponse(about, content_type="application/manifest+json")


@require_safe
@cache_control(max_age=86_400, public=True)
def icon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Show the brand's icon as SVG."""
    return HttpResponse(draw_icon(get_brand().name), content_type="image/svg+xml")


@require_safe
@cache_control(max_age=86_400, public=True)
def icon_picture(request: HttpRequest, size: int) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Show the brand's icon as PNG, in the sizes that phones ask for."""
    if size not in SIZES:
        raise Http404
    return HttpResponse(draw_icon_picture(get_brand().name, size), content_type="image/png")


@require_safe
@cache_control(max_age=3600, public=True)
def offline(request: HttpRequest) -> HttpResponse:
    """Show that there is no net: kept on the phone by the worker, so it names nobody."""
    response = render(request, "members/offline.html")
    response._csp_config = MEMBER_CSP  # type: ignore[attr-defined]  # noqa: SLF001 - as Django's csp_override does
    return response


@require_safe
@cache_control(max_age=3600, public=True)
def worker(request: HttpRequest) -> HttpResponse:
    """Hand out the worker that shows the offline page; it keeps nothing of what is behind signing in."""
    context = {"page": reverse("members.offline"), "style": static("members/member.css")}
    response = render(request, "members/worker.js", context, content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/m/"
    return response


urlpatterns = [
    path("favicon.ico", icon),
    path("app/manifest.webmanifest", manifest, name="members.manifest"),
    path("app/icon.svg", icon, name="members.icon"),
    path("app/icon-<int:size>.png", icon_picture, name="members.icon_picture"),
    path("app/offline/", offline, name="members.offline"),
    path("app/worker.js", worker, name="members.worker"),
]
