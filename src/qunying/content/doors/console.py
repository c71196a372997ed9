"""Console pages of content: each matter brings its own."""

from qunying.content.doors import (
    boards_console,
    boards_insight,
    calendar_pages,
    item_pages,
    library_pages,
    voice_pages,
)

urlpatterns = [
    *calendar_pages.urlpatterns,
    *item_pages.urlpatterns,
    *library_pages.urlpatterns,
    *voice_pages.urlpatterns,
    *boards_insight.urlpatterns,
    *boards_console.urlpatterns,
]
