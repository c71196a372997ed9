"""What each platform signs its deliveries with, and what its deliveries look like.

Every module has ``open_delivery(secret, delivery)``, which checks the signature in constant time on the bytes as they
came, then reads them.
"""
