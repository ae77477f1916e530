"""The mailbox for answers: how it is read, what a mail in it is, and what is kept of it."""
