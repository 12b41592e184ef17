"""Measurements: this product beside the usual ways of doing it, in one run, on one machine."""
