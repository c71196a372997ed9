"""What is forgotten of an erased member in communities: who they are on a platform, and what they said."""

from qunying.communities.models import GroupMember, MatchDoubt, Message, MessageVersion
from qunying.members.erasing import Erasure, erases


@erases
def forget_stays(erasure: Erasure) -> dict[str, int]:
    """Forget nicknames and ids of platforms, and empty what was said."""
    stays = GroupMember.objects.filter(member__in=erasure.ids)
    said = Message.objects.filter(author__in=stays)
    MessageVersion.objects.filter(message__in=said).update(text="", attachments=[])
    emptied = said.update(author_name="", text="", attachments=[], terms=None)
    MatchDoubt.objects.filter(member__in=erasure.ids).update(evidence={})
    for stay in stays:
        stay.platform_user_id, stay.nickname, stay.invited_by = f"erased:{stay.pk}", "", ""
        stay.left_at = stay.left_at or erasure.now
        stay.save(update_fields=["platform_user_id", "nickname", "invited_by", "left_at"])
    return {"group_messages": emptied, "group_stays": len(stays)}
