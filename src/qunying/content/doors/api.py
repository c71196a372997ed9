"""The API of content: each matter brings its own router."""

from ninja import Router

router = Router()
