"""Console pages of moderation: each matter brings its own."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
