"""The API of moderation: each matter brings its own router."""

from ninja import Router

router = Router()
