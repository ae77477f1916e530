"""Reports read what the other apps decide and own no table."""
