"""The API of content: each matter brings its own router."""

from ninja import Router

from qunying.content.doors.boards_api import router as boards

router = Router()
router.add_router("", boards)
