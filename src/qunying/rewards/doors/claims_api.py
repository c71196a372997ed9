"""Many claims in one request.

The shapes are of Pydantic itself: those of Ninja look at each field of each claim in Python, which takes as long as the claim.
"""

from typing import Annotated, Any

from ninja import Router
from pydantic import BaseModel, Field

from qunying.kernel import clock
from qunying.kernel.batches import MOST_TOGETHER, Asked
from qunying.kernel.problems import Problem
from qunying.kernel.web import COMMAND_ID, ApiRequest, command_id_of, problem_document
from qunying.rewards.claiming_together import claim_together
from qunying.rewards.doors.api_shapes import ClaimIn, ClaimOut

router = Router()


class ClaimCommandIn(ClaimIn):
    """One claim of many, with an id of its own, by which a repeated claim is known."""

    command_id: Annotated[str, Field(pattern=f"^{COMMAND_ID.pattern}$")]


class ClaimsIn(BaseModel, extra="forbid"):
    """Claims, each on its own."""

    claims: Annotated[list[ClaimCommandIn], Field(min_length=1, max_length=MOST_TOGETHER)]


class ClaimOutcomeOut(BaseModel, from_attributes=True):
    """What came of one claim: the coupon, or the problem as the single claim would have answered it."""

    command_id: str
    claimed: ClaimOut | None
    problem: dict[str, Any] | None


class ClaimsOut(BaseModel, from_attributes=True):
    """What came of each claim, in their order."""

    items: list[ClaimOutcomeOut]


@router.post("/coupons/claims/batch", response=ClaimsOut, operation_id="rewards.claim_coupons")
def claim_many(request: ApiRequest, body: ClaimsIn) -> object:
    """Claim coupons for up to 500 members: a refused claim changes nothing for the others. Safe to repeat: each claim is known by its command_id."""
    request.actor.require("rewards.claim_coupon")
    command_id_of(request)  # refused when it is malformed, as everywhere, though each claim has its own
    claims = [
        Asked(one.command_id, request.actor, one.model_dump(exclude={"command_id"})) for one in body.claims
    ]
    outcomes = claim_together(claims, clock.now())
    return {
        "items": [
            {
                "command_id": asked.command_id,
                "claimed": None if isinstance(outcome, Problem) else outcome,
                "problem": problem_document(outcome) if isinstance(outcome, Problem) else None,
            }
            for asked, outcome in zip(claims, outcomes, strict=True)
        ]
    }
