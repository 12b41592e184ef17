"""The storm: what vendors tell us of 200,000 messages at once, ours beside a Django view that updates a row for each."""
