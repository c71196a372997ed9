"""Measuring: from the events of the stream to sums per arm, from sums to what may be said."""
