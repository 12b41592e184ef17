"""Word to those who work here: tests to oneself, releases, broadcasts that are stuck."""
