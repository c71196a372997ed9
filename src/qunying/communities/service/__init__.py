"""Serving communities: what is said by itself, when, and in whose name."""
