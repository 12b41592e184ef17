"""The storm: what vendors tell us of 200,000 messages at once, and a Django view that updates a row each."""
