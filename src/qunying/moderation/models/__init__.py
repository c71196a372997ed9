"""Tables of moderation, one file per matter; all are imported here so that Django finds them."""
