"""1,803.5, as families here read it: Django has Spain's 1.803,5."""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
