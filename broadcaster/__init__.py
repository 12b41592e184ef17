"""Tells every family of a school district what it needs to know, and proves who was reached."""
