"""The language of segments: JSON → a checked tree → one Ibis expression over the events."""
