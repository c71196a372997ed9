"""People of a community whom nobody has matched with a member yet."""

from uuid import UUID

from qunying.kernel.ids import derived_id


def anonymous_id_of(platform: str, platform_user_id: str) -> UUID:
    """Return the id under which the events of an unknown person are recorded.

    It is the same in every community of the platform, so that matching the person once gives a member all of their
    history.

    Args:
        platform: the slug of the platform.
        platform_user_id: the person's id there.
    """
    return derived_id("communities.person", platform, platform_user_id)
