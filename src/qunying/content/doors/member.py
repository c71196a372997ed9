"""Member pages of content: each matter brings its own."""

from qunying.content.doors import boards_reading, boards_writing, gallery_pages, reading_pages

urlpatterns = [
    *reading_pages.urlpatterns,
    *gallery_pages.urlpatterns,
    *boards_reading.urlpatterns,
    *boards_writing.urlpatterns,
]
