"""What vendors say afterwards, and what it teaches."""
