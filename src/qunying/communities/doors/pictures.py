"""Pictures inside pages."""

import segno


def qr_of(address: str) -> str:
    """Return the QR code of an address as a data URI."""
    return str(segno.make(address, error="m").svg_data_uri(scale=4, border=2))
