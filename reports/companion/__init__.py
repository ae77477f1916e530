"""What a school can take from its own answers for an inspection, and for its music development plan summary."""
