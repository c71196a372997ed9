"""Console pages of moderation: the review queue, penalties and appeals, rules."""

from qunying.moderation.doors import case_pages, penalty_pages, rules_pages

urlpatterns = [*case_pages.urlpatterns, *penalty_pages.urlpatterns, *rules_pages.urlpatterns]
