"""How long an officer's subscription shows what is over."""

from datetime import timedelta

# Long enough that a calendar which was off for the summer's busiest weeks still learns what became of a meeting.
FEED_LOOKS_BACK = timedelta(days=30)
# "Last used" is for people: to the hour is exact enough, and spares a write for each visit.
NOTE_USE_EVERY = timedelta(hours=1)
