"""How the product is started and kept running on one machine. It knows settings and processes, and no other room."""
