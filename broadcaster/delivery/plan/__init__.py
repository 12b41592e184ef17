"""The audience's people become deliveries, in batches that go out families first."""
