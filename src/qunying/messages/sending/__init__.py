"""The send state machine: lease → gate → call → settle. Only ``actions`` call it."""
