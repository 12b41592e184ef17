"""`/api/v1`: what other systems of the district may do, with tokens that may do no more than they were made for."""
