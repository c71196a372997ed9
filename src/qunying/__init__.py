"""Qunying (群盈): community marketing for e-commerce, from raw data to proven results."""
