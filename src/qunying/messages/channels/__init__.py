"""The ways out: one client per kind, each turning a call into one of four outcomes."""
