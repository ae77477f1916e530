"""How a mail tells a mail program what its own "unsubscribe" button has to do (RFC 2369 and RFC 8058)."""

from email.utils import parseaddr
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from hubportal.access.rules import derive_token
from hubportal.mail.models import Email


def unsubscribe_headers(email: Email) -> dict[str, str]:
    """The headers for a mail to a contact, whose personal link is in its context as `link`; none for other mail.

    The web address is the one in the mail's last line: opened it shows a page, posted to it withdraws, which is what
    RFC 8058 asks for; it is named only where it is HTTPS. The mail address is named where somebody reads it.
    """
    link = email.context.get("link")
    if link is None:
        return {}
    ways, headers = [], {}
    if settings.IS_HTTPS:
        token = derive_token(link_id=UUID(link), secret=settings.SECRET_KEY)
        ways.append(f"<{settings.HUB_BASE_URL}/withdraw/{token}/>")
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if settings.INBOX_URL:
        _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        ways.append(f"<mailto:{quote(address, safe='@+')}?subject=Withdraw>")
    return {"List-Unsubscribe": ", ".join(ways), **headers} if ways else {}
