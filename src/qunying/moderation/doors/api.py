"""The API of moderation: each matter brings its own router."""

from ninja import Router

from qunying.moderation.doors import cases_api, rules_api

router = Router()
router.add_router("", cases_api.router)
router.add_router("", rules_api.router)
