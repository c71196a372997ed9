"""Django's PostgreSQL backend with a health check of its own."""
