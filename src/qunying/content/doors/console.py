"""Console pages of content: each matter brings its own."""

from django.urls import URLPattern

from qunying.content.doors import boards_console, boards_insight

urlpatterns: list[URLPattern] = [*boards_insight.urlpatterns, *boards_console.urlpatterns]
