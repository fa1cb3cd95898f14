"""What Meta brings to the webhook, signed, as requests of HTTP/1.1."""

import hashlib
import hmac
import time
from itertools import count
from typing import Final

APP_SECRET: Final = "0123456789abcdef0123456789abcdef"  # noqa: S105 - it guards nothing here
TOKEN: Final = "only-for-the-benchmarks"  # noqa: S105 - as above
PHONE_ID: Final = "106540352242922"
NUMBERS: Final = count(10_000_000)
ENTRY: Final = (
    b'{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp",'
    b'"metadata":{"display_phone_number":"15550783881","phone_number_id":"%b"},"contacts":[{"profile":{"name":"Somebody"},'
    b'"wa_id":"%%d","user_id":"IN.%%d"}],%%b},"field":"messages"}]}]}' % PHONE_ID.encode()
)
MESSAGE: Final = b'"messages":[{"context":{"from":"15550783881","id":"%b"},"from":"%d","from_user_id":"IN.%d","id":"%b",%b}]'
BUTTON: Final = (
    b'"timestamp":"%d","type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"%b","title":"A"}}'
)
WORDS: Final = b'"timestamp":"%d","type":"text","text":{"body":"%b"}'
STATUS: Final = (
    b'"statuses":[{"id":"%b","status":"%b","timestamp":"%d","recipient_id":"%d","recipient_user_id":"IN.%d",'
    b'"conversation":{"id":"7270432eae37498234f4444b35ffc5","origin":{"type":"service"}},'
    b'"pricing":{"billable":false,"pricing_model":"PMP","category":"service","type":"free_customer_service"}}]'
)
POST: Final = (
    b"POST /hooks/whatsapp HTTP/1.1\r\nhost: bench\r\naccept: */*\r\nuser-agent: facebookexternalua\r\n"
    b"content-type: application/json\r\nx-hub-signature: sha1=0000000000000000000000000000000000000000\r\n"
    b"x-hub-signature-256: sha256=%b\r\ncontent-length: %d\r\n\r\n%b"
)


def tapped(chat: int, data: bytes) -> bytes:
    """Somebody taps a button."""
    return _message(chat, BUTTON % (int(time.time()), data))


def typed(chat: int, words: bytes) -> bytes:
    """Somebody types."""
    return _message(chat, WORDS % (int(time.time()), words))


def status(chat: int, state: bytes) -> bytes:
    """Tell how far a message of ours has come."""
    return _signed(ENTRY % (chat, chat, STATUS % (wamid(), state, int(time.time()), chat, chat)))


def wamid() -> bytes:
    """Name a message as Meta does."""
    return b"wamid.HBgMOTE5OTAwMDAwMDAxFQIAEhgUM0EyQTVC%016d" % next(NUMBERS)


def _message(chat: int, what: bytes) -> bytes:
    return _signed(ENTRY % (chat, chat, MESSAGE % (wamid(), chat, chat, wamid(), what)))


def _signed(body: bytes) -> bytes:
    return POST % (hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest().encode(), len(body), body)
