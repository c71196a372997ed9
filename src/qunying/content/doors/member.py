"""Member pages of content: each matter brings its own."""

from django.urls import URLPattern

from qunying.content.doors import boards_reading, boards_writing

urlpatterns: list[URLPattern] = [*boards_reading.urlpatterns, *boards_writing.urlpatterns]
