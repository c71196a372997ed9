"""What a member prefers: the language of pages and messages, and hours in which nothing may come."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.web import act_of
from qunying.members.actions.choose_language import choose_language
from qunying.members.actions.choose_quiet_hours import choose_quiet_hours
from qunying.members.member_web import MemberRequest, signed_in_member_page


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def preferences(request: MemberRequest) -> HttpResponse:
    """Show what the member prefers; a POST sets their quiet hours."""
    form = QuietForm(
        request.POST or None,
        initial={"begins": request.member.quiet_from, "ends": request.member.quiet_until},
    )
    if request.method == "POST" and form.is_valid():
        choose_quiet_hours(**act_of(request), member_id=request.member.id, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("members.preferences")
    context = {
        "form": form,
        "brand": get_brand(),
        "languages": [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES],
    }
    return render(request, "members/preferences.html", context, status=422 if form.errors else 200)


class QuietForm(forms.Form):
    """From when until when nothing may come."""

    begins = forms.TimeField(required=False)
    ends = forms.TimeField(required=False)


@require_POST
@signed_in_member_page
def language(request: MemberRequest) -> HttpResponse:
    """Choose the language of the pages and of what we send."""
    chosen = choose_language(
        **act_of(request), member_id=request.member.id, language=request.POST.get("language", "")[:20]
    )
    after = request.POST.get("next", "")
    is_ours = after.startswith("/m/") and url_has_allowed_host_and_scheme(after, allowed_hosts=None)
    response = HttpResponseRedirect(after if is_ours else reverse("members.preferences"))
    if chosen:  # what is shown before signing in follows
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax", max_age=31_536_000)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    if not is_ours:
        with override(chosen or None):
            messages.success(request, _("Saved."))
    return response


urlpatterns = [
    path("preferences/", preferences, name="members.preferences"),
    path("preferences/language/", language, name="members.choose_language"),
]
