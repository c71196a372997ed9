"""Files from outside, whatever they are, as one table of texts with row numbers.

Nothing here knows what the columns mean.
"""
