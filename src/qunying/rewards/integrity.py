"""What coupons and the book must agree on; part of the audit."""
