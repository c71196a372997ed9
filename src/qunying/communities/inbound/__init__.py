"""Messages on their way in: what platforms tell, made one shape and folded into one row per message."""
