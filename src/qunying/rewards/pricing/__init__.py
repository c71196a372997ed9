"""Coupons and offers on a cart: what they say, what a cart costs, what an order paid for which line."""
