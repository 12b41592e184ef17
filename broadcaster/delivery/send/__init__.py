"""A worker's loop from a batch to the vendor and back to the ledger."""
