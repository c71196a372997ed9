"""Tiers: what growth value makes of a member."""
