"""Badges, honours and leaderboards: what members are known and thanked for."""
