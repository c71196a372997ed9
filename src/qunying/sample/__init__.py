"""The sample brand: a year of real orders, and one walk through the loop."""
