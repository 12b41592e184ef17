"""What is kept for how long: old broadcasts lose their addresses and words, and a family is told all that is kept."""
