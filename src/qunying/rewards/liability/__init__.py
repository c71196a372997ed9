"""What the brand owes its members, and how fast budgets are used."""
