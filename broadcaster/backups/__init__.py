"""Backups: one encrypted file of everything, made while sending goes on, and restored into an empty home."""
