"""What a plan would have, cost and take, before anything is written."""
