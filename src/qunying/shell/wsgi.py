"""The WSGI application that the server runs."""

import os
from importlib import import_module
from threading import Thread

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.urls import ResolverMatch, get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from qunying.shell.addresses import Addresses


class Application(WSGIHandler):
    """Remembers which view serves which addresses."""

    def __init__(self) -> None:
        self.addresses = Addresses()
        super().__init__()

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        """Return the view of a request."""
        match = self.addresses.find(request.path_info)
        if match is None:
            match = super().resolve_request(request)
            self.addresses.learn(request.path_info, match)
        request.resolver_match = match
        return match


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunying.shell.settings")
django.setup(set_prefix=False)
application = wrap_wsgi_with_proxy_headers(Application(), settings.PROXIES)

# All pages are loaded before the first visitor asks for one; so is, meanwhile, what DuckDB imports with its first table.
Thread(target=import_module, args=["pandas"], daemon=True).start()
_ = get_resolver().url_patterns
