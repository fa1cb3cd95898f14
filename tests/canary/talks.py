"""Marked messages of every sort through one channel of a real guide, until each was answered."""

import json
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeAlias

from bot.desks.web_desk import Accounts, Role
from tests.peers import contents
from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.chats import Message
from tests.peers.graph_api import GraphApi, serving_graph_api
from tests.peers.people import Person, typed
from tests.whole_desk.helpers import Helper
from tests.whole_desk.people import TALKING, Chatter, Visitor

from .doors import COSTUMES, Page, ask, every, form, write
from .forensics import Kin
from .line import RESET
from .rooms import PATIENCE, Server
from .whatsapp_doors import Guests, Parcel, crowded, kinds, private, taps, text
from .whatsapp_knocks import HOOK as WHATSAPP_HOOK
from .whatsapp_knocks import knocks

Talk: TypeAlias = Callable[[Server, Kin], None]
Channel: TypeAlias = Callable[
    [], AbstractContextManager[tuple[Mapping[str, str], Talk]]
]  # its settings, and how it is talked to

HOOK: Final = "/hooks/telegram"
SHOWN: Final = "what-telegram-shows-the-guide"
PEOPLE: Final = 20
TOO_LARGE: Final = 600_000  # bytes, over the limit of an update
ROUNDS: Final = 2  # visits through every door of the web chat


@contextmanager
def web() -> Iterator[tuple[Mapping[str, str], Talk]]:
    """Talk by browser."""
    yield {}, _browse


def _browse(server: Server, marks: Kin) -> None:
    page = Page.of(server.exchange(ask()))
    state = {"chat": page.chat, "lang": "en", "token": page.token}
    for _ in range(ROUNDS):
        for knock in every(marks, page):
            server.exchange(knock.raw, hang_up=knock.hang_up)
    for name, costume in [*COSTUMES.items()] * 4:
        server.exchange(form({**state, "words": marks.new(f"typed {name}", costume)}))
    for _ in range(10):
        server.exchange(form({**state, "chat": marks.new("chat name", "{}AAAAAAAA"), "words": "1"}))
        _break_off(server, form({**state, "words": marks.new("words broken off")}))
        _break_off(server, ask("POST", body=marks.new("half broken off", "words={}").encode(), content_length="4000"))


def _break_off(server: Server, request: bytes) -> None:
    """Send a request and break the line before the answer."""
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        line.sendall(request)


@contextmanager
def polling() -> Iterator[tuple[Mapping[str, str], Talk]]:
    """Talk by Telegram, which the guide asks for updates."""
    with serving_bot_api(judging=False) as api:
        yield _bot(api), lambda _, marks: _chat(api, marks)


@contextmanager
def webhook() -> Iterator[tuple[Mapping[str, str], Talk]]:
    """Talk by Telegram, which posts updates; others post what is none."""
    with serving_bot_api(judging=False) as api:

        def talk(server: Server, marks: Kin) -> None:
            api.deliver_to(f"http://127.0.0.1:{server.port}{HOOK}", secret=SHOWN)
            _chat(api, marks)
            for knock in _posted(marks):
                server.exchange(knock)

        yield _bot(api, DHAAL_TELEGRAM_MODE="webhook", DHAAL_TELEGRAM_WEBHOOK_SECRET=SHOWN), talk


def _bot(api: BotApi, **more: str) -> Mapping[str, str]:
    return {"DHAAL_TELEGRAM_TOKEN": api.token, "DHAAL_TELEGRAM_API": api.url, **more}


def _chat(api: BotApi, marks: Kin) -> None:
    """Let many people do what people do on Telegram; each waits until it was answered, and until what they sent is gone."""
    for number in range(PEOPLE):
        person = api.person(marks.number("chat"), "en", marks.new("first name"), marks.new("username"))
        person.start(marks.new("payload"))
        living = person.wait_for(lambda shown: shown and shown[-1].buttons)[-1]
        for content in [*_sent(marks)][number % 2 :: 2]:  # no more than a chat may say at once
            _wait_until_gone(person, person.send(content))
        person.answer(person.press(marks.new("forged button"), living.id))
        with api.holding():
            message = person.say(marks.new("before an edit"))
            person.edit(message.id, marks.new("an edit"))
        _wait_until_gone(person, message)
    group = api.group(-marks.number("group"), title=marks.new("title"))
    group.add_bot(api.person(marks.number("who adds"), "en", marks.new("first name of who adds")))
    api.wait_until(lambda: group.left)


def _wait_until_gone(person: Person, message: Message) -> None:
    person.wait_for(lambda shown: message not in shown)


def _sent(marks: Kin) -> Iterator[dict[str, Any]]:
    """Give messages with marks wherever words, names and numbers can stand."""
    yield typed(marks.new("words", "hello, i am {} O'Brien, https://{}.example, @{}"))
    yield contents.photo(marks.new("caption"))
    yield contents.document(marks.new("file name", "{}.pdf"), marks.new("caption", "मेरा नाम {} है 😶"))
    yield contents.contact(marks.phone("contact", "+{}"), marks.new("contact's name"), marks.new("contact's last name"))
    yield contents.forward(typed(marks.new("forwarded")), marks.new("forwarded from"))
    yield contents.location(marks.coordinate("latitude"), marks.coordinate("longitude"))


def _posted(marks: Kin) -> Iterator[bytes]:
    """Post what Telegram would not."""
    secret = {"x_telegram_bot_api_secret_token": SHOWN}
    yield ask("POST", HOOK, marks.new("no secret").encode())
    yield ask("POST", HOOK, b"{}", x_telegram_bot_api_secret_token=marks.new("wrong secret"))
    yield ask("POST", HOOK, marks.new("no JSON", "{}{").encode(), **secret)
    yield ask("POST", HOOK, json.dumps({"update_id": 1, marks.new("key"): marks.new("value")}).encode(), **secret)
    yield ask(
        "POST", HOOK, json.dumps({"update_id": marks.new("wrong type"), "message": marks.new("no message")}).encode(), **secret
    )
    yield ask("POST", HOOK, marks.new("too large").encode() + b" " * TOO_LARGE, **secret)


@contextmanager
def whatsapp() -> Iterator[tuple[Mapping[str, str], Talk]]:
    """Talk by WhatsApp; others post what Meta would not."""
    with serving_graph_api(judging=False) as api:
        yield api.settings(), lambda server, marks: _write(api, server, marks)


def _write(api: GraphApi, server: Server, marks: Kin) -> None:
    """Let many people do what people do on WhatsApp; wait until each was answered."""
    guests = Guests(marks, marks, api.phone_id)
    tapper = guests.guest("tapper")
    opened = guests.parcel("opened", tapper, guests.message("opened", tapper, text(marks.new("words"))))
    waiting = {opened.chat: 1}
    _bring(api, server, [opened])
    _wait_for(api, waiting)
    data = next(iter(next(sent for sent in api.sent if sent.to == tapper.chat).buttons.values()))
    tapped = [*taps(guests, tapper, data[:-2])]
    for sort in (private, crowded, kinds):
        brought = [*sort(guests)]
        waiting |= {parcel.chat: 1 for parcel in brought if parcel.shown}
        _bring(api, server, brought)
    _bring(api, server, tapped)
    _wait_for(api, waiting | {tapper.chat: 2})
    for _, raw in knocks(marks, api.app_secret, api.verify_token):
        server.exchange(raw)
    for parcel in private(guests):
        _break_off(server, _posting(api, parcel))


def _bring(api: GraphApi, server: Server, parcels: Iterable[Parcel]) -> None:
    for parcel in parcels:
        server.exchange(_posting(api, parcel))


def _posting(api: GraphApi, parcel: Parcel) -> bytes:
    return write("POST", WHATSAPP_HOOK, parcel.raw, api.sign(parcel.raw))


def _wait_for(api: GraphApi, numbers: Mapping[str, int]) -> None:
    """Wait until each of some chats got so many messages."""
    api.wait_until(lambda: Counter(sent.to for sent in api.sent) >= Counter(numbers))


@contextmanager
def desk() -> Iterator[tuple[Mapping[str, str], Talk]]:
    """Talk with helpers: on the web with one at a page, and on Telegram likewise."""
    with serving_bot_api(judging=False) as api, TemporaryDirectory() as folder:
        accounts = Path(folder) / "agents.json"
        settings = _bot(api, DHAAL_DESK_ACCOUNTS=str(accounts), DHAAL_SECRET=SHOWN, DHAAL_WEB="on")
        yield settings, lambda server, marks: _relay(api, accounts, server, marks)


def _relay(api: BotApi, accounts: Path, server: Server, marks: Kin) -> None:
    """Let a helper come in, talk with two people about everything, and go; nobody stays."""
    name = f"helper{len(Accounts(accounts).roll().agents)}"
    helper = Helper(server, name, marks.new("password", "{} 12 horses"))
    helper.join(f"/desk/welcome/{Accounts(accounts).invite(name, Role.AGENT)}")
    person = api.person(marks.number("chat"), "en", marks.new("first name"), marks.new("username"))
    person.start()
    chatter = Chatter(person)
    for label in ("English", "Yes, go on"):
        chatter.go(label)
    chatter.to_the_desk().ask()
    case = helper.take()
    chatter.sees(TALKING)
    for door, costume in _costumes():
        person.say(marks.new(f"Telegram: {door}", costume))
        helper.hears(marks.all[-1].core)
        helper.told(case, marks.new(f"to Telegram: {door}", costume))
    helper.act("end", case=case, why="end")
    helper.gone(case)
    visitor = Visitor(server).to_the_desk().ask()
    case = helper.take()
    visitor.sees(TALKING)
    for door, costume in _costumes():
        visitor.say(marks.new(f"web: {door}", costume))
        helper.hears(marks.all[-1].core)
        helper.told(case, marks.new(f"to the web: {door}", costume))
    visitor.press("Stop")
    helper.gone(case)
    helper.ask(
        "POST", "/desk/tell", {"case": case, "words": marks.new("after the end"), "stamp": helper.stamp, "tab": helper.tab}
    )
    helper.ask("POST", "/desk/sign-in", {"name": marks.new("another name"), "password": marks.new("wrong password")})
    helper.leave()
    Accounts(accounts).remove(name)


def _costumes() -> list[tuple[str, str]]:
    """List what a chat takes as it is and the guide does not take as something else."""
    odd = {"null", "lines", "danger"}
    return [(f"{name} {number}", costume) for number in range(7) for name, costume in COSTUMES.items() if name not in odd]


CHANNELS: Final[Mapping[str, Channel]] = {
    "web": web, "polling": polling, "webhook": webhook, "whatsapp": whatsapp, "desk": desk,
}  # fmt: skip
