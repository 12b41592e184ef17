"""Tags of the family pages."""
