"""Freezing an audience: the arms as rows and as events, written set-based and once."""

from datetime import datetime

from django.db import connection

from qunying.campaigns.arms import Placement
from qunying.campaigns.events import CAMPAIGN_ASSIGNED
from qunying.campaigns.models import Campaign, CampaignCommunity
from qunying.stream.record import record_from_query

_INSERT = """
INSERT INTO campaigns_campaignassignment (campaign_id, member_id, arm, community_id)
SELECT %s, placed.member_id, placed.arm, placed.community_id
FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS placed(member_id, arm, community_id)
"""
# The id follows from campaign and member, so that an assignment can only ever be one event.
_EVENTS = """
SELECT told.id, 'qunying', told.id::text, %s, told.member_id, NULL::uuid, %s::timestamptz, %s::timestamptz,
    told.community_id, told.campaign_id, NULL::uuid, NULL, NULL::uuid, NULL::bigint, NULL::bigint, NULL,
    jsonb_build_object('arm', told.arm), false
FROM (
    SELECT md5('campaign_assigned ' || campaign_id || ' ' || member_id)::uuid AS id, member_id, community_id,
        campaign_id, arm
    FROM campaigns_campaignassignment WHERE campaign_id = %s
) told
"""


def freeze(campaign: Campaign, placement: Placement, now: datetime) -> None:
    """Write every member's arm as a row and as an event, and the communities' arms where whole ones are held
    out.
    """
    members = list(placement.arms)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                campaign.id,
                members,
                [placement.arms[member_id].value for member_id in members],
                [placement.homes.get(member_id) for member_id in members],
            ],
        )
    record_from_query(_EVENTS, [CAMPAIGN_ASSIGNED.name, now, now, campaign.id])
    rows = list(campaign.communities.all())
    for row in rows:
        row.arm = placement.community_arms.get(row.community_id, "")
    CampaignCommunity.objects.bulk_update(rows, ["arm"])
