"""Programs that do the same work with other people's libraries, each in an environment of its own (``make peers``)."""
