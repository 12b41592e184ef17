"""Which batch is sent next, who holds it, how fast its sender may go, and when it waits."""
