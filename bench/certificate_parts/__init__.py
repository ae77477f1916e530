"""Parts of bench/certificates.py: the reference, and the background batch."""
