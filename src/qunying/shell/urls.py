"""The address plan: console, member web, API, sign-in, health."""

from django.urls import include, path, re_path
from django.views.generic import RedirectView

from qunying.shell import frame
from qunying.shell.api import api
from qunying.shell.middleware import answer_missing_page
from qunying.shell.nouns import doors

doors("centre")  # what nouns put on the start pages of the member centre

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="console")),
    path("console/", RedirectView.as_view(pattern_name="insights.dashboard"), name="console"),
    # Staff are invited and get links from an owner: no mail is sent from here, addresses change nowhere else.
    re_path(r"^sign-in/(email|confirm-email|password/reset|login/code)/", answer_missing_page),
    path("sign-in/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/v1/", api.urls),
    *[
        path("console/", include(module))
        for _noun, module in doors("console")
        if hasattr(module, "urlpatterns")
    ],
    *[path("m/", include(module)) for _noun, module in doors("member")],
    *[path("", include(module)) for _noun, module in doors("app")],
    *[path("hooks/", include(module)) for _noun, module in doors("hooks")],
    path("console/frame/", include((frame.urlpatterns, "admin"))),
]

handler400 = "qunying.shell.failures.answer_unreadable"
handler500 = "qunying.shell.failures.answer_crash"
handler404 = "qunying.shell.middleware.answer_missing_page"
