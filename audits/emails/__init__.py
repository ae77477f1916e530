"""The mails around an audit, one function each, and the last check before each is sent."""

from .own_view import OWN_VIEW_LINK, mail_own_view_link

__all__ = ["OWN_VIEW_LINK", "mail_own_view_link"]
