"""Who works with the console: people, their roles, and what a role may do."""
