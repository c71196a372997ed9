"""Opening an installation: find or make its home, start its database, bring the schema up to date."""
