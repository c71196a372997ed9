"""Jobs of moderation."""
