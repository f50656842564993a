"""Messages by mail. Without a mail server or an address they are kept, and the inbox shows what waits anyway."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.store.company import company
from reviewflow.store.cycles import Cycle
from reviewflow.store.messages import Message
from reviewflow.store.people import Person
from reviewflow.store.subjects import Subject
from reviewflow.wording import translations

TIMEOUT_SECONDS = 20

# Subject and first sentence by kind; whole sentences, translated whole. N_ marks them for extraction.
TEXTS = {
    "goals_to_agree": (
        "Your targets for %(cycle)s are ready to agree",
        "Your manager proposed targets for %(cycle)s. Please agree, or send them back with a note.",
    ),
    "letter_to_read": (
        "Your feedback letter for %(cycle)s",
        "Your feedback letter for %(cycle)s is ready. Please read it and say that you received it.",
    ),
    "mechanism_survey": (
        "How fair was the review %(cycle)s?",
        "Please say which indicators and weights of %(cycle)s are fair, clear and within your control. "
        "Your answer is anonymous.",
    ),
    "result_reopened": (
        "Your result of %(cycle)s was opened again",
        "Your result of %(cycle)s was opened again, for a reason that you find in its history. The letter that you "
        "have is no longer current; a new one follows.",
    ),
    "reminder": (
        "Something in %(cycle)s waits for you",
        "A step of %(cycle)s is past its date and waits for you. Your inbox shows what it is.",
    ),
}


@dataclass(frozen=True)
class Mail:
    """One mail ready to be sent. `key` goes into the Message-ID, so that a resend can be told from a new one."""

    key: str
    to: str | None
    subject: str
    text: str


def to_send(session: Session, key: str) -> Mail:
    """The mail of one message. Two queries."""
    row = session.execute(
        select(Message.kind, Person.email, Person.name, Person.language, Cycle.key)
        .join(Person, Person.id == Message.person_id)
        .outerjoin(Subject, Subject.id == Message.subject_id)
        .outerjoin(Cycle, Cycle.id == Subject.cycle_id)
        .where(Message.key == key)
    ).one()
    kind, address, name, language, cycle = row
    gettext = translations(language).gettext
    subject, sentence = TEXTS[kind]
    fields = {"cycle": cycle or "", "name": name, "url": f"{company(session).base_url}/"}
    lines = [gettext("Hello %(name)s,"), "", gettext(sentence), "", "%(url)s"]
    return Mail(key, address, gettext(subject) % fields, "\n".join(line % fields for line in lines))


def send(mail: Mail, mail_url: str | None, sender: str | None) -> str:
    """Send one mail and return the message's new state: ``sent``, or ``kept`` where it cannot go anywhere.

    `mail_url` is ``smtp://user:password@host:port`` or ``smtps://...``; `smtp` uses STARTTLS where offered.
    Raises `OSError` or `smtplib.SMTPException`, and then the promise is tried again.
    """
    if mail.to is None or mail_url is None or sender is None:
        return "kept"
    parts = urlsplit(mail_url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, mail.to, mail.subject
    message["Message-ID"] = f"<{mail.key.replace(':', '.')}@{parts.hostname}>"
    message.set_content(mail.text)
    with _connected(parts.scheme, parts.hostname or "localhost", parts.port) as server:
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
    return "sent"


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=context)
    server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT_SECONDS)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
    return server


def sent(session: Session, moment: Moment, key: str, state: str) -> None:
    """Note what became of a message."""
    at = moment.business if state == "sent" else None
    session.execute(update(Message).where(Message.key == key).values(state=state, sent_at=at))
