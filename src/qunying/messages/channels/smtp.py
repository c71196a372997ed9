"""E-mail over SMTP, with Django's mail classes: only what happens after the data began can be unknown."""

import smtplib
import socket
from contextlib import suppress
from email.utils import formataddr
from typing import Any, cast

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.utils.html import linebreaks, urlize

from qunying.kernel.outgoing import AddressRefused, NameNotFound, addresses_of
from qunying.kernel.sealing import unseal
from qunying.messages.channels.settings import SmtpServer, smtp_server_of
from qunying.messages.models import Channel
from qunying.messages.sending.outcomes import Accepted, Call, NoAnswer, Outcome, Rejected, TryAgain

SECONDS = 10


class _Careful(smtplib.SMTP):
    """Connects to checked addresses only, and knows whether the message has begun to leave."""

    data_begun = False
    may_be_private = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        addresses = [host] if self.may_be_private else addresses_of(host, port)
        return socket.create_connection((addresses[0], port), timeout)

    def data(self, msg: Any) -> Any:
        self.data_begun = True
        return super().data(msg)


class _CarefulTls(smtplib.SMTP_SSL, _Careful):
    pass


class _Own(_Careful):
    may_be_private = True


class _OwnTls(smtplib.SMTP_SSL, _Own):
    pass


class MailServer(EmailBackend):
    """One connection to a mail server, kept for the messages of a batch."""

    def __init__(self, server: SmtpServer) -> None:
        self.server = server
        super().__init__(
            alias="channel",
            host=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.security == "starttls",
            use_ssl=server.security == "tls",
            timeout=SECONDS,
        )

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        if self.server.is_ours:
            return _OwnTls if self.use_ssl else _Own
        return _CarefulTls if self.use_ssl else _Careful

    def deliver(self, call: Call) -> Outcome:
        """Hand one message to the server and tell what came of it."""
        try:
            self.open()
        except (AddressRefused, NameNotFound, OSError) as error:
            return TryAgain(type(error).__name__)
        line = cast(_Careful, self.connection)
        line.data_begun = False
        try:
            self.send_messages([_message(self.server, call)])
        except ValueError:
            return Rejected("bad address")
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            return _refused(error)
        except OSError as error:
            self._forget()
            return NoAnswer(type(error).__name__) if line.data_begun else TryAgain(type(error).__name__)
        return Accepted()

    def hang_up(self) -> None:
        """Close the connection, whatever state it is in."""
        with suppress(OSError):
            self.close()
        self._forget()

    def _forget(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


def mail_server_of(channel: Channel) -> MailServer | None:
    """Return a connection, not yet open, to the mail server of a channel; None when there is no server."""
    server = smtp_server_of(channel, unseal(channel.sealed_secret))
    return MailServer(server) if server is not None else None


def _refused(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> Outcome:
    """The server answered: 4xx means later, anything else never."""
    code: int
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    else:
        code, text = error.smtp_code, error.smtp_error
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    detail = f"SMTP {code} {words[:200]}"
    return TryAgain(detail) if 400 <= code < 500 else Rejected(detail)


def _message(server: SmtpServer, call: Call) -> EmailMultiAlternatives:
    domain = server.sender.rpartition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{call.dedupe_key}@{domain}>"}
    if call.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{call.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=call.subject,
        body=call.body,
        from_email=formataddr((server.sender_name, server.sender)) if server.sender_name else server.sender,
        to=[call.address],
        headers=headers,
    )
    message.attach_alternative(linebreaks(urlize(call.body, autoescape=True)), "text/html")
    return message
