"""What the actions of boards share: text, speaking, threads, events."""
