"""What helpers read at the web desk: which sentences there must be, and what they hold."""

from enum import StrEnum, auto
from typing import Final

from bot.content.phrases import read_keyed
from bot.content.reader import Desk, Map
from bot.core.book import Text


class DeskPhrase(StrEnum):
    """One entry of flows/desk/phrases.yaml; the value is its key."""

    DESK = auto()
    SKIP = auto()
    NEED_SCRIPTS = auto()
    SIGN_IN = auto()
    NAME = auto()
    PASSWORD = auto()
    CODE = auto()
    CODE_HINT = auto()
    WRONG = auto()
    SLOW_DOWN = auto()
    STALE = auto()
    LOST_SEAT = auto()
    SIGNED_OUT = auto()
    SIGN_OUT = auto()
    GO_BACK = auto()
    SIGN_OUT_OPEN = auto()
    SIGN_OUT_SURE = auto()
    NOTHING_HERE = auto()
    TROUBLE = auto()
    WELCOME = auto()
    WELCOME_LEAD = auto()
    WELCOME_AGENT = auto()
    WELCOME_GONE = auto()
    NEW_PASSWORD = auto()
    AGAIN = auto()
    SCAN = auto()
    SCAN_TEXT = auto()
    SCAN_OR = auto()
    ENTER_CODE = auto()
    PROMISE = auto()
    BEGIN = auto()
    PASSWORD_SHORT = auto()
    PASSWORD_NAME = auto()
    PASSWORD_DIFFERS = auto()
    CODE_WRONG = auto()
    PROMISE_MISSING = auto()
    NOTICES = auto()
    WAITING = auto()
    NOBODY_WAITS = auto()
    TALKING = auto()
    TALKS = auto()
    NO_TALKS = auto()
    PERSON = auto()
    URGENT = auto()
    LANGUAGE_UNKNOWN = auto()
    MINUTES = auto()
    YOURS = auto()
    TAKE = auto()
    TAKEN = auto()
    READ_ALONG = auto()
    READ_HINT = auto()
    WITH = auto()
    READING = auto()
    READ_STOP = auto()
    READERS = auto()
    FACTS_NONE = auto()
    NOT_BEFORE = auto()
    LOG = auto()
    SAY = auto()
    SEND = auto()
    YOU = auto()
    THEM = auto()
    COLLEAGUE = auto()
    SENT = auto()
    ARRIVED = auto()
    NOT_SENT = auto()
    TOO_LONG = auto()
    OFFLINE = auto()
    ONLINE = auto()
    NOT_REACHED = auto()
    CARDS = auto()
    CARDS_FOR = auto()
    CARDS_NEXT = auto()
    CARDS_NONE = auto()
    CARD_YOURS = auto()
    CARD_THEIRS = auto()
    CARD_SEND = auto()
    CARD_CLOSE = auto()
    END = auto()
    END_NOW = auto()
    BLOCK_NOW = auto()
    END_HINT = auto()
    PASS = auto()
    PASS_FREE = auto()
    PASS_NOW = auto()
    PASS_TO = auto()
    PASS_HINT = auto()
    GONE_ENDED = auto()
    GONE_STOPPED = auto()
    GONE_NOBODY = auto()
    GONE_BROKEN = auto()
    GONE_SILENT = auto()
    GONE_BLOCKED = auto()
    GONE_PASSED = auto()
    CLOSE = auto()
    NEWS_WAITING = auto()
    NEWS_URGENT = auto()
    NEWS_WORDS = auto()
    SETTINGS = auto()
    ROOM = auto()
    ROOM_HINT = auto()
    ROOM_OFF = auto()
    SHUT = auto()
    READS = auto()
    READS_HINT = auto()
    SPEAKS = auto()
    SOUND = auto()
    SAVE = auto()
    IDLE = auto()
    HERE = auto()
    TRIAL = auto()
    PEOPLE = auto()
    HELPERS = auto()
    ROLE = auto()
    ROLE_AGENT = auto()
    ROLE_LEAD = auto()
    PROMISED = auto()
    REMOVE = auto()
    WITHDRAW = auto()
    INVITED = auto()
    INVITE = auto()
    INVITE_NOW = auto()
    INVITE_LEAD = auto()
    INVITE_LINK = auto()
    REMOVED = auto()
    REMOVE_SELF = auto()
    NAME_WRONG = auto()
    NAME_TAKEN = auto()
    ACCOUNTS_TROUBLE = auto()
    SHIFTS = auto()
    FROM = auto()
    TO = auto()
    CHATS = auto()
    NO_SHIFTS = auto()
    SHIFTS_HINT = auto()
    JOURNEY_DANGER = auto()
    JOURNEY_PERSON = auto()
    JOURNEY_WHAT = auto()
    JOURNEY_SAFETY = auto()
    JOURNEY_EVIDENCE = auto()
    JOURNEY_REPORT = auto()
    JOURNEY_LAW = auto()
    JOURNEY_MINOR = auto()
    JOURNEY_SPREAD = auto()
    JOURNEY_AFTER = auto()
    JOURNEY_BESIDE = auto()
    JOURNEY_SAW = auto()
    JOURNEY_SHARED = auto()
    JOURNEY_PRESS = auto()


FIELDS: Final = {
    DeskPhrase.SIGN_OUT_OPEN: {"people"},
    DeskPhrase.WELCOME: {"name"},
    DeskPhrase.PERSON: {"number"},
    DeskPhrase.MINUTES: {"minutes"},
    DeskPhrase.TAKE: {"number"},
    DeskPhrase.READ_ALONG: {"number"},
    DeskPhrase.WITH: {"name"},
    DeskPhrase.READING: {"name"},
    DeskPhrase.READERS: {"name"},
    DeskPhrase.LOG: {"number"},
    DeskPhrase.SAY: {"number"},
    DeskPhrase.GONE_ENDED: {"number"},
    DeskPhrase.GONE_STOPPED: {"number"},
    DeskPhrase.GONE_NOBODY: {"number"},
    DeskPhrase.GONE_BROKEN: {"number"},
    DeskPhrase.GONE_SILENT: {"number"},
    DeskPhrase.GONE_BLOCKED: {"number"},
    DeskPhrase.GONE_PASSED: {"number"},
    DeskPhrase.NEWS_WAITING: {"count"},
    DeskPhrase.NEWS_URGENT: {"count"},
    DeskPhrase.NEWS_WORDS: {"number"},
    DeskPhrase.REMOVE: {"name"},
    DeskPhrase.WITHDRAW: {"name"},
    DeskPhrase.INVITE_LINK: {"name"},
    DeskPhrase.REMOVED: {"name"},
    DeskPhrase.NAME_WRONG: {"name"},
    DeskPhrase.NAME_TAKEN: {"name"},
}


def read_desk_phrases(desk: Desk, page: Map) -> dict[DeskPhrase, Text]:
    """Read desk/phrases.yaml as phrases.yaml is read."""
    return read_keyed(desk, page, DeskPhrase, FIELDS, "desk")
