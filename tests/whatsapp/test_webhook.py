"""The door at which Meta knocks: who may come in, what is answered, and that nobody waits."""

import asyncio
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pytest
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request

from bot.channels.turns import Turns
from bot.channels.whatsapp import RHYTHM, Guide
from bot.channels.whatsapp.webhook import HEADER, LIMIT, PATH, Webhook
from bot.core.private import Private
from bot.settings import Whatsapp
from bot.talk.conversation import Conversation
from bot.talk.keys import Keys
from bot.talk.pace import Pace
from bot.talk.recall import Recall

from .chats import PHONE_ID, Fragile, Person, Phones, Time, joined
from .test_read import BROUGHT, JSON, mutations

SECRET: Final = "0123456789abcdef0123456789abcdef"  # noqa: S105 - guards nothing
WORD: Final = "a word of the tests"
PATIENCE: Final = 20.0  # seconds for anything at all
SETTINGS: Final = Whatsapp(Private("token"), PHONE_ID, Private(SECRET), Private(WORD))
Head: TypeAlias = dict[str, str | bytes]
Query: TypeAlias = dict[str, str]
LANGUAGE: Final = "Choose your language."


def signed(body: bytes, secret: str = SECRET) -> str:
    """Sign as Meta does."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@dataclass
class Door:
    """A webhook, and what stands behind it."""

    phones: Phones
    guide: Guide
    turns: Turns = field(default_factory=Turns)

    def __post_init__(self) -> None:
        """Hang it up."""
        self.webhook = Webhook(self.guide, self.phones, SETTINGS, self.turns)
        self.app = Starlette(routes=[*self.webhook.routes])

    async def call(self, method: str, body: bytes = b"", head: Head | None = None, query: Query | None = None) -> Response:
        """Knock."""
        async with AsyncClient(transport=ASGITransport(self.app), base_url="http://guide.test") as client:
            return await client.request(method, PATH, content=body, params=query, headers=head)  # type: ignore[arg-type] # bytes

    async def send(self, body: bytes, sign: str | bytes | None = None) -> Response:
        """Knock with a body and its signature, or with another."""
        return await self.call("POST", body, {HEADER: signed(body) if sign is None else sign})

    async def bring(self, whole: object) -> Response:
        """Knock with a payload, as Meta does."""
        return await self.send(json.dumps(whole).encode())

    async def take(self, whole: object) -> Response:
        """Knock, and wait until all is done."""
        answer = await self.bring(whole)
        await self.turns.finish(PATIENCE)
        return answer


@pytest.fixture
def hook(phones: Phones, guide: Guide) -> Door:
    """Hang up a door."""
    return Door(phones, guide)


def strangers(body: bytes) -> dict[str, str | bytes]:
    """Give what a stranger may show."""
    right = signed(body)
    return {
        "nothing": "", "the method alone": "sha256=", "no method": right.removeprefix("sha256="), "half of it": right[:-1],
        "more": right + "0", "capitals": "sha256=" + right[7:].upper(), "spaces": f"sha256= {right[7:]}",
        "another algorithm": "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest(),
        "another secret": signed(body, SECRET[::-1]), "another body": signed(body + b" "), "no secret": signed(body, ""),
        "other letters": "sha256=ä".encode("latin-1") * 20, "a long one": "sha256=" + "0" * 10_000,
    }  # fmt: skip


@pytest.mark.parametrize("who", strangers(b""))
async def test_strangers_are_turned_away(hook: Door, person: Person, phones: Phones, who: str) -> None:
    """Without the right signature over this very body there is 401 and nothing else."""
    body = json.dumps(person.types("hi")).encode()
    answer = await hook.send(body, strangers(body)[who])
    await hook.turns.finish(PATIENCE)
    assert (answer.status_code, answer.content) == (401, b"")
    assert phones.tried == []


async def test_no_signature_at_all(hook: Door, person: Person, phones: Phones) -> None:
    """A body that nobody signed is not even read."""

    async def receive() -> dict[str, object]:
        raise AssertionError

    request = Request({"type": "http", "method": "POST", "path": PATH, "headers": []}, receive)
    assert (await hook.webhook.knock(request)).status_code == 401
    old: Head = {"x-hub-signature": "sha1=" + "0" * 40}
    assert (await hook.call("POST", json.dumps(person.types("hi")).encode(), old)).status_code == 401
    assert phones.tried == []


async def test_the_comparison_takes_as_long_whatever_was_shown(
    hook: Door, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signature and word are compared by the one function that gives nothing away by its time."""
    compared: list[tuple[bytes, bytes]] = []

    def compare(shown: bytes, ours: bytes) -> bool:
        compared.append((shown, ours))
        return shown == ours

    body = json.dumps(person.types("hi")).encode()
    monkeypatch.setattr(hmac, "compare_digest", compare)
    await hook.send(body, "sha256=wrong")
    await hook.call("GET", query={"hub.verify_token": "wrong", "hub.mode": "subscribe"})
    assert compared == [(b"wrong", signed(body)[7:].encode()), (b"wrong", WORD.encode())]


@pytest.mark.parametrize(
    "body",
    [
        lambda whole: json.dumps(whole, indent=7).encode(),
        lambda whole: json.dumps(whole, ensure_ascii=True).replace("h", "\\u0068").encode(),
        lambda whole: json.dumps(whole, ensure_ascii=False, separators=("  ,  ", "\t:\n")).encode() + b"\r\n\r\n",
        lambda whole: json.dumps(whole).replace("/", "\\/").encode(),
        lambda whole: json.dumps(whole).encode("utf-16"),
    ],
    ids=["indented", "escapes", "odd spaces", "slashes", "UTF-16"],
)
async def test_the_signature_is_over_the_raw_body(hook: Door, person: Person, body: object) -> None:
    """However the JSON is written, its bytes are signed as they came: nothing is read and written again first."""
    whole = person.types("hi")
    raw = body(whole)  # type: ignore[operator] # one of the functions above
    assert (await hook.send(raw)).status_code == 200
    await hook.turns.finish(PATIENCE)
    assert person.last.text.startswith(LANGUAGE)


async def test_as_much_as_is_allowed_is_read(hook: Door, person: Person, phones: Phones) -> None:
    """A batch of just the limit is taken; one byte more is not, though it is signed."""
    body = json.dumps(person.types("hi")).encode()
    assert (await hook.send(body + b" " * (LIMIT - len(body)))).status_code == 200
    await hook.turns.finish(PATIENCE)
    assert len(phones.sent) == 1
    assert (await hook.send(body + b" " * (LIMIT - len(body) + 1))).status_code == 413
    await hook.turns.finish(PATIENCE)
    assert len(phones.sent) == 1


async def test_what_is_too_large_is_not_read_to_its_end(hook: Door) -> None:
    """Reading stops at the limit, however much would follow."""
    read = 0

    async def receive() -> dict[str, object]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * (LIMIT // 4), "more_body": True}

    head = [(HEADER.encode(), b"sha256=0")]
    request = Request({"type": "http", "method": "POST", "path": PATH, "headers": head}, receive)
    assert (await hook.webhook.knock(request)).status_code == 413
    assert read == 5


async def test_a_caller_that_hangs_up(hook: Door, phones: Phones) -> None:
    """Half a batch is none: its signature is not right."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    head = [(HEADER.encode(), signed(b"{}").encode())]
    request = Request({"type": "http", "method": "POST", "path": PATH, "headers": head}, receive)
    assert (await hook.webhook.knock(request)).status_code == 401
    assert phones.tried == []


UNREADABLE: Final = [
    b"", b"{", b"null", b"[]", b"7", b'"x"', b"{}", b'{"object": "page", "entry": []}', b"[" * 100_000, b"\0" * 99, b"\xff\xfe",
    b'{"object":' * 20_000, b'{"object": "whatsapp_business_account", "entry": 7}', b"9" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: f"{body[:30]!r}, {len(body)}")
async def test_what_cannot_be_read_is_taken_in_silence(
    hook: Door, phones: Phones, capsys: pytest.CaptureFixture[str], body: bytes
) -> None:
    """Otherwise Meta would bring it again for a week. Nothing is said of it but that something failed."""
    answer = await hook.send(body)
    assert (answer.status_code, answer.content) == (200, b"")
    assert phones.tried == []
    written = capsys.readouterr()
    assert (written.out, written.err) == ("", "dhaal: failed\n")


@dataclass
class Listening:
    """A guide that only counts who came, and says nothing."""

    heard: int = 0

    async def take(self, *_: object) -> None:
        """Count."""
        self.heard += 1


def calm(body: bytes) -> int:
    """Knock with signed bytes at a door behind which nobody answers; give the status."""

    async def knock() -> int:
        quiet = Door(Phones(), Listening())  # type: ignore[arg-type] # as much of a guide as is needed
        answer = await quiet.send(body)
        await quiet.turns.finish(PATIENCE)
        return answer.status_code

    return asyncio.run(knock())


@given(st.binary(max_size=300))
def test_any_signed_bytes_are_taken(body: bytes) -> None:
    """Whatever has Meta's signature gets 200, and nothing is raised."""
    assert calm(body) == 200


@given(JSON)
def test_any_signed_json_is_taken(found: object) -> None:
    """Any JSON likewise."""
    assert calm(json.dumps(found).encode()) == 200


@given(mutations())
def test_any_signed_change_of_a_real_payload_is_taken(made: tuple[object, str]) -> None:
    """Any change of what Meta really brings likewise."""
    whole, number = made
    assert calm(json.dumps(whole).replace(f'"{number}"', f'"{PHONE_ID}"').encode()) == 200


@pytest.mark.parametrize("name", BROUGHT)
async def test_every_real_payload_is_taken(hook: Door, phones: Phones, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is for another number than ours here: 200, and not a word to anybody."""
    assert (await hook.take(BROUGHT[name])).status_code == 200
    assert phones.tried == []
    assert capsys.readouterr().err == ""


async def what_is_ready() -> None:
    """Let everything run that waits for nothing."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_nobody_waits_for_meta(hook: Door, phones: Phones, time: Time) -> None:
    """While the Graph API hangs, each batch is answered at once; when it goes on, each is carried out."""
    phones.free.clear()
    people = [Person(phones, time, f"91990000{number:04}", f"IN.{number}") for number in range(20)]
    async with asyncio.timeout(PATIENCE):
        answers = [await hook.bring(person.types("hi")) for person in people]
    assert {answer.status_code for answer in answers} == {200}
    await what_is_ready()
    assert (len(phones.tried), phones.sent) == (20, [])
    phones.free.set()
    await hook.turns.finish(PATIENCE)
    assert all(person.last.text.startswith(LANGUAGE) for person in people)


async def test_a_batch_is_carried_out_in_its_order(hook: Door, person: Person, phones: Phones, time: Time) -> None:
    """Many entries with things of many people: each is answered, and what one person did comes one after the other."""
    other = Person(phones, time, "919900000002", "IN.1002")
    batch = [person.types("hi"), other.types("hi"), person.types("1"), BROUGHT["message_status.read"], person.types("1")]
    await hook.take(joined(*batch))
    starts = [sent.text.partition(".")[0] for sent in person.mine]
    assert starts == ["Choose your language", "Hello", "Thank you for coming"]
    assert len(other.mine) == 1


async def test_what_is_brought_twice_is_done_once(hook: Door, person: Person, phones: Phones) -> None:
    """At once, later, or twice in one batch, as Meta does when an answer was lost."""
    first = person.types("hi")
    await asyncio.gather(hook.bring(first), hook.bring(first))
    await hook.take(first)
    await hook.take(joined(first, first))
    assert len(phones.tried) == 1


@pytest.fixture
def another(phones: Phones, talk: Conversation, store: Fragile, keys: Keys, time: Time) -> Door:
    """Hang up a door of a second process, with the same store."""
    return Door(phones, Guide(talk, Recall(store, keys, time), Pace(time.loop.time, RHYTHM), time, PHONE_ID))


async def test_what_is_brought_to_two_processes_is_done_once(hook: Door, another: Door, person: Person, phones: Phones) -> None:
    """Behind one address, with one store and nothing else in common."""
    first = person.types("hi")
    await asyncio.gather(hook.take(first), another.take(first))
    assert len(phones.tried) == 1
    await another.take(person.types("1"))
    assert person.last.text.startswith("Hello.")


GOOD: Final = {"hub.mode": "subscribe", "hub.verify_token": WORD, "hub.challenge": "1158201444"}


async def test_meta_makes_sure_of_us(hook: Door) -> None:
    """Who knows our word gets the challenge back, as plain text that no browser takes for more."""
    answer = await hook.call("GET", query=GOOD)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    longest = "<script>" + "x" * 248
    assert (await hook.call("GET", query={**GOOD, "hub.challenge": longest})).text == longest


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "wrong"}, {"hub.verify_token": ""}, {"hub.verify_token": WORD + "x"}, {"hub.verify_token": "ä"},
        {"hub.mode": "unsubscribe"}, {"hub.mode": ""}, {"hub.challenge": "x" * 257},
    ],
    ids=str,
)  # fmt: skip
async def test_nobody_else_does(hook: Door, change: dict[str, str]) -> None:
    """A wrong word, another mode, or a challenge too long to be one: 403, and nothing is given back."""
    answer = await hook.call("GET", query={**GOOD, **change})
    assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("name", ["hub.mode", "hub.verify_token"])
async def test_who_only_looks_learns_nothing(hook: Door, name: str) -> None:
    """Without a part, 403; without a challenge there is nothing to give back."""
    assert (await hook.call("GET", query={key: value for key, value in GOOD.items() if key != name})).status_code == 403
    assert (await hook.call("GET")).status_code == 403
    bare = {key: value for key, value in GOOD.items() if key != "hub.challenge"}
    assert (await hook.call("GET", query=bare)).content == b""


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_no_other_method(hook: Door, phones: Phones, method: str) -> None:
    """There is nothing else at this address."""
    assert (await hook.call(method)).status_code == 405
    assert phones.tried == []


async def test_a_turn_that_fails_spoils_no_other(hook: Door, person: Person, phones: Phones, time: Time) -> None:
    """One person's odd name fails in silence; the next of the same batch is answered."""
    odd = Person(phones, time, "", "IN.\ud800")
    answer = await hook.take(joined(odd.types("hi"), person.types("hi")))
    assert answer.status_code == 200
    assert person.last.text.startswith(LANGUAGE)


async def test_when_too_much_is_under_way_meta_brings_it_again(
    hook: Door, phones: Phones, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is let go is answered when Meta brings it again, once; help passes at once, however many there are."""
    for module in ("bot.channels.whatsapp.webhook", "bot.talk.pace"):
        monkeypatch.setattr(f"{module}.CROWD", 2)
    phones.free.clear()
    first, second, late, hurt = (Person(phones, time, f"9199000010{number}", f"IN.200{number}") for number in range(4))
    assert [(await hook.bring(person.types("hi"))).status_code for person in (first, second)] == [200, 200]
    await what_is_ready()
    word, cry = late.types("hi"), hurt.types("i want to die")
    assert [(await hook.bring(one)).status_code for one in (word, cry)] == [503, 503]
    await what_is_ready()
    phones.free.set()
    await hook.turns.finish(PATIENCE)
    assert [len(person.mine) for person in (first, second, late, hurt)] == [1, 1, 0, 1]
    assert [(await hook.take(one)).status_code for one in (word, cry, word)] == [200, 200, 200]
    assert [len(person.mine) for person in (late, hurt)] == [1, 1]
