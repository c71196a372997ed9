"""Earning: from what members do to points and growth value."""
