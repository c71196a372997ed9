"""The API's notices: which kinds there are, and switching them."""

from uuid import UUID

from ninja import Router, Schema

from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import YesNo
from qunying.messages.actions.switch_notice import switch_notice
from qunying.messages.queries.list_notices import list_notices

router = Router()


class NoticeOut(Schema):
    """A kind of notice; its text is that of its template."""

    slug: str
    title: str
    about: str
    purpose: str
    template_id: UUID
    is_on: bool
    is_withdrawn: bool


class NoticeList(Schema):
    """All kinds of notice."""

    items: list[NoticeOut]


class NoticeSwitchIn(Schema, extra="forbid"):
    """Whether it goes out."""

    is_on: YesNo


@router.get("/messages/notices", response=NoticeList, operation_id="messages.list_notices")
def notices(request: ApiRequest) -> object:
    """Return what members are told by itself."""
    request.actor.require("messages.view")
    return {"items": list_notices()}


@router.put("/messages/notices/{slug:notice}", response=NoticeSwitchIn, operation_id="messages.switch_notice")
def switch(request: ApiRequest, notice: str, body: NoticeSwitchIn) -> object:
    """Switch a kind of notice off, or on again; what is planned already still goes out."""
    is_on = switch_notice(**act_of(request), notice=notice, is_on=body.is_on)
    return {"is_on": is_on}
