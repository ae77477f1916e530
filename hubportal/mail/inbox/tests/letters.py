"""Mails as they come in, for tests."""

from email.message import EmailMessage

OURS = "<176.42.7@hub.example.org>"
NOT_KNOWN = "smtp; 550 5.1.1 <music@school.example.org>: Recipient address rejected: User unknown"


def letter(
    *,
    sender: str = "Ada Lee <ada@school.example.org>",
    subject: str = "Withdraw",
    text: str = "Please stop.\n",
    message_id: str = "<1@school.example.org>",
    **headers: str,
) -> bytes:
    """A mail that a person wrote; `headers` by name, with _ for -."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "music@hub.example.org"
    mail["Subject"] = subject
    if message_id:
        mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def delivery_report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = NOT_KNOWN,
    recipient: str = "music@school.example.org",
    original: bytes = f"Message-ID: {OURS}\r\nSubject: Your meeting\r\n\r\nDear Ada\r\n".encode(),
    original_type: str = "message/rfc822",
    message_id: str = "<bounce-1@mx.example.org>",
) -> bytes:
    """What a mail server sends back (RFC 3464), with the mail of ours in it."""
    head = f"""\
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: music@hub.example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain

I am sorry to have to inform you that your message could not be delivered.

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: {diagnostic}

--limit
Content-Type: {original_type}

"""
    return head.encode().replace(b"\n", b"\r\n") + original + b"\r\n--limit--\r\n"
