"""The API's rules: catalogue, versions, watched words, policy."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Path, Query, Router

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit
from qunying.moderation.actions.accept_rules import accept_rules
from qunying.moderation.actions.change_violation import change_violation
from qunying.moderation.actions.import_words import import_words
from qunying.moderation.actions.publish_policy import publish_policy
from qunying.moderation.actions.publish_rules import publish_rules
from qunying.moderation.actions.remove_word import remove_word
from qunying.moderation.doors import shapes
from qunying.moderation.models import WatchedWord
from qunying.moderation.policy import get_policy
from qunying.moderation.queries.get_violation import list_violations
from qunying.moderation.queries.list_words import list_words
from qunying.moderation.rules_text import get_rules_version
from qunying.moderation.words_file import WordRow

router = Router()


@router.get(
    "/moderation/violations", response=shapes.ViolationList, operation_id="moderation.list_violations"
)
def violations(request: ApiRequest) -> object:
    """Return the catalogue in the caller's language."""
    request.actor.require("moderation.view")
    return {"items": list_violations(in_use=False)}


@router.put(
    "/moderation/violations/{code}", response=shapes.ChangedOut, operation_id="moderation.change_violation"
)
def violation(request: ApiRequest, code: Annotated[shapes.Code, Path()], body: shapes.ViolationIn) -> object:
    """Write a kind of violation, a new one when the code is new."""
    return {"created": change_violation(code=code, **body.dict(), **act_of(request))}


@router.get("/moderation/rules", response=shapes.RulesOut, operation_id="moderation.get_rules")
def rules(request: ApiRequest) -> object:
    """Return the rules in force."""
    request.actor.require("moderation.view")
    return get_rules_version()


@router.post("/moderation/rules", response={201: shapes.VersionOut}, operation_id="moderation.publish_rules")
def publish(request: ApiRequest, body: shapes.PublishIn) -> object:
    """Publish the catalogue as a new version of the rules."""
    return 201, {"number": publish_rules(**body.dict(), **act_of(request))}


@router.post(
    "/moderation/rules/acceptances", response=shapes.AcceptedOut, operation_id="moderation.accept_rules"
)
def accept(request: ApiRequest, body: shapes.AcceptIn) -> object:
    """Note that a member accepts the rules in force."""
    return {"accepted": accept_rules(**body.dict(), **act_of(request))}


@router.get("/moderation/policy", response=shapes.PolicyOut, operation_id="moderation.get_policy")
def policy(request: ApiRequest) -> object:
    """Return the penalty policy in force."""
    request.actor.require("moderation.view")
    number, found = get_policy()
    return {"number": number, "policy": found.model_dump(mode="json")}


@router.post(
    "/moderation/policy", response={201: shapes.VersionOut}, operation_id="moderation.publish_policy"
)
def change_policy(request: ApiRequest, body: shapes.PolicyIn) -> object:
    """Put a new penalty policy in force."""
    return 201, {"number": publish_policy(**body.dict(), **act_of(request))}


@router.get("/moderation/words", response=shapes.WordPage, operation_id="moderation.list_words")
def words(
    request: ApiRequest,
    search: Annotated[str, Query(max_length=100, pattern=shapes.PLAIN)] = "",
    action: Literal[tuple(WatchedWord.Action.values)] | None = None,  # type: ignore[valid-type]
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return watched words, changed last first."""
    request.actor.require("moderation.view")
    found = cut_page(list_words(search, action or ""), order_by="-changed_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/moderation/words", response=shapes.WordsImportedOut, operation_id="moderation.import_words")
def take_words(request: ApiRequest, body: shapes.WordsIn) -> object:
    """Write watched words, all or none."""
    return import_words(rows=[WordRow(**word.dict()) for word in body.words], **act_of(request))


@router.delete("/moderation/words/{word_id}", response={204: None}, operation_id="moderation.remove_word")
def strike_off(request: ApiRequest, word_id: UUID) -> object:
    """Strike a watched word off."""
    remove_word(word_id=word_id, **act_of(request))
    return 204, None
