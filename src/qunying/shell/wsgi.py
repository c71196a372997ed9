"""The WSGI application that the server runs."""

import os
from importlib import import_module
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qunying.shell.settings")
application = get_wsgi_application()

# All pages are loaded before the first visitor asks for one; so is, meanwhile, what DuckDB imports with its first table.
Thread(target=import_module, args=["pandas"], daemon=True).start()
_ = get_resolver().url_patterns
