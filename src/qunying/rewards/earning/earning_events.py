"""By what members may earn: the events that rules can be about.

A reaction names its events when the program starts, so these are a fixed list: what is bought, said, shown, shared, answered,
brought in and visited. Whatever another system reports under one of these names counts as well.
"""

# What orders are first, then what people do; in the order in which the editor offers them.
EARNING_EVENTS = (
    "order_line_paid",
    "order_paid",
    "member_created",
    "friend_invited",
    "product_reviewed",
    "submission_accepted",
    "content_commented",
    "content_shared",
    "product_shared",
    "board_post_published",
    "board_reply_published",
    "board_answer_accepted",
    "community_joined",
    "check_in_made",
    "code_scanned",
    "survey_answered",
    "live_watched",
    "store_visited",
)
