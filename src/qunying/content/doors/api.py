"""The API of content: each matter brings its own router."""

from ninja import Router

from qunying.content.doors import items_api, library_api, readers_api, voices_api
from qunying.content.doors.boards_api import router as boards

router = Router()
router.add_router("", items_api.router)
router.add_router("", library_api.router)
router.add_router("", voices_api.router)
router.add_router("", readers_api.router)
router.add_router("", boards)
