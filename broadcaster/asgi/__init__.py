"""The calls of vendors, answered without Django's request stack: what webhooks, replies and web share."""
