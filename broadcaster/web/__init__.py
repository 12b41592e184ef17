"""The web process: what answers HTTP. It routes to the rooms below it."""
