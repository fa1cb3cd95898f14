"""The local Graph API answers as Meta does, and its judge finds what is wrong with a message."""

import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.peers.chats import PatienceError
from tests.peers.graph_api import Failure, GraphApi, serving_graph_api
from tests.peers.graph_judge import Json, breaks, wrong_message

HEAD: Json = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "919900000001"}
TEXT: Json = {**HEAD, "type": "text", "text": {"body": "Hello", "preview_url": False}}
BUTTONS: Json = {
    **HEAD,
    "type": "interactive",
    "interactive": {
        "type": "button",
        "body": {"text": "Hello"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": f"x{one}", "title": f"Yes {one}"}} for one in range(2)]},
    },
}
LIST: Json = {
    **HEAD,
    "type": "interactive",
    "interactive": {
        "type": "list",
        "body": {"text": "Hello"},
        "action": {
            "button": "Choose",
            "sections": [{"title": "Choose", "rows": [{"id": f"x{one}", "title": f"Yes {one}"} for one in range(3)]}],
        },
    },
}
LINK: Json = {
    **HEAD,
    "type": "interactive",
    "interactive": {
        "type": "cta_url",
        "body": {"text": "Hello"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://guide.example/kit"}},
    },
}
FILE: Json = {
    **HEAD,
    "type": "document",
    "document": {"link": "https://guide.example/kit.pdf", "filename": "a.pdf", "caption": "A"},
}
GOOD = {"text": TEXT, "buttons": BUTTONS, "list": LIST, "link": LINK, "document": FILE}
ROW = "interactive.action.sections.0.rows.0"
REPLY = "interactive.action.buttons.0.reply"
WRONG: list[tuple[str, str, Any]] = [
    ("text", "text.body", ""), ("text", "text.body", "x" * 4097), ("text", "text.preview_url", True), ("text", "text.more", 1),
    ("text", "to", "somebody"), ("text", "to", None), ("text", "recipient", "IN.1"), ("text", "recipient_type", "group"),
    ("text", "type", "template"), ("text", "status", "read"), ("text", "typing_indicator", {"type": "text"}),
    ("buttons", "interactive.body.text", "x" * 1025), ("buttons", "interactive.body.text", " "),
    ("buttons", f"{REPLY}.title", "x" * 21), ("buttons", f"{REPLY}.title", ""), ("buttons", f"{REPLY}.title", "Yes 1"),
    ("buttons", f"{REPLY}.id", "x" * 257), ("buttons", f"{REPLY}.id", " x"), ("buttons", f"{REPLY}.id", "x1"),
    ("buttons", "interactive.action.buttons", []), ("buttons", "interactive.header", {"type": "text", "text": "x" * 61}),
    ("list", "interactive.action.button", "x" * 21), ("list", "interactive.action.sections.0.title", "x" * 25),
    ("list", "interactive.action.sections.0.rows", []), ("list", f"{ROW}.id", "x" * 201), ("list", f"{ROW}.title", "x" * 25),
    ("list", f"{ROW}.description", "x" * 73), ("list", f"{ROW}.description", ""), ("list", f"{ROW}.title", "Yes 2"),
    ("list", "interactive.action.sections", [{"title": "A", "rows": [{"id": f"{n}", "title": f"{n}"} for n in range(11)]}]),
    ("link", "interactive.action.parameters.display_text", "x" * 21), ("link", "interactive.action.parameters.url", "guide"),
    ("link", "interactive.action.parameters.url", "https://wa.me/15550783881?text=hello"),
    ("link", "interactive.type", "flow"), ("document", "document.link", "a.pdf"), ("document", "document.filename", ""),
]  # fmt: skip


def changed(name: str, path: str, value: object) -> Json:
    """Change one part of a good message; None takes it out."""
    message = deepcopy(GOOD[name])
    *way, last = path.split(".")
    part: Any = message
    for step in way:
        part = part[int(step) if step.isdecimal() else step]
    part[last] = value
    if value is None:
        del part[last]
    return message


@pytest.fixture
def api() -> Iterator[GraphApi]:
    """Serve a Graph API."""
    with serving_graph_api() as serving:
        yield serving


async def call(api: GraphApi, method: str, path: str, body: Json | None = None, token: str | None = None) -> tuple[int, Json]:
    """Call it without a library."""
    head = {"authorization": f"Bearer {token or api.token}"}
    async with (
        ClientSession(timeout=ClientTimeout(total=5)) as session,
        session.request(method, f"{api.url}/{path}", json=body, headers=head) as answer,
    ):
        return answer.status, await answer.json()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_has_no_fault(name: str) -> None:
    """Text, buttons, a list, a link and a document; to a number or to a name."""
    assert [*wrong_message(GOOD[name])] == []
    unnumbered = {**GOOD[name], "recipient": "IN.1001"}
    del unnumbered["to"]
    assert [*wrong_message(unnumbered)] == []


@pytest.mark.parametrize(("name", "path", "value"), WRONG)
def test_what_is_wrong_is_found(name: str, path: str, value: object) -> None:
    """One change at a time: the judge says a sentence for each."""
    assert [*wrong_message(changed(name, path, value))]


async def test_a_message_is_taken(api: GraphApi) -> None:
    """The answer has Meta's own shape; the message is there to be looked at."""
    status, answer = await call(api, "POST", f"{api.phone_id}/messages", LIST)
    assert (status, [*breaks("MessageResponsePayload", answer)]) == (200, [])
    [sent] = api.sent
    assert (sent.to, sent.text, sent.opener, len(sent.buttons)) == (LIST["to"], "Hello", "Choose", 3)
    assert answer["messages"] == [{"id": sent.id}]
    assert [(one.method, one.path, one.status) for one in api.calls] == [("POST", f"{api.phone_id}/messages", 200)]
    assert api.complaints == []


async def test_a_wrong_message_is_refused_and_complained_of(api: GraphApi) -> None:
    """As Meta does: with a number for the reason, and nothing is sent."""
    status, answer = await call(api, "POST", f"{api.phone_id}/messages", changed("text", "text.body", ""))
    assert (status, answer["error"]["code"], api.sent) == (400, 131009, [])
    assert [*breaks("GraphAPIError", answer)] == []
    assert api.complaints == ["the text is empty"]


async def test_a_name_is_for_people_without_a_number(api: GraphApi) -> None:
    """Whoever has a number is written to at their number."""
    unnumbered = {name: part for name, part in TEXT.items() if name != "to"}
    for phone, user, status in (("", "IN.1", 200), ("919900000002", "IN.2", 400)):
        api.person(phone, user)
        assert (await call(api, "POST", f"{api.phone_id}/messages", {**unnumbered, "recipient": user}))[0] == status
    assert len(api.complaints) == 1


@pytest.mark.parametrize(
    ("path", "token", "status", "code"),
    [("{0}/messages", "other", 401, 190), ("42/messages", None, 400, 100), ("{0}/media", None, 400, 100)],
)
async def test_who_is_not_let_in(api: GraphApi, path: str, token: str | None, status: int, code: int) -> None:
    """A wrong token, another number, and what the guide never calls."""
    found, answer = await call(api, "POST", path.format(api.phone_id), TEXT, token)
    assert (found, answer["error"]["code"], api.sent) == (status, code, [])


async def test_what_is_asked_of_a_number(api: GraphApi) -> None:
    """The number, its profile and settings have Meta's shape; a test may change them. A file is never asked for in peace."""
    _, number = await call(api, "GET", f"{api.phone_id}?fields=id,verified_name,name_status,quality_rating")
    _, profile = await call(api, "GET", f"{api.phone_id}/whatsapp_business_profile?fields=about,vertical")
    _, settings = await call(api, "GET", f"{api.phone_id}/settings")
    assert [*breaks("PhoneNumberInfo", number), *breaks("WhatsAppBusinessProfile", profile["data"][0] | HEAD)] == []
    assert [*breaks("PhoneNumberSettingsResponse", settings | {"storage_configuration": {"status": "default"}})] == []
    api.account.number_info["verified_name"] = "Another"
    assert (await call(api, "GET", f"{api.phone_id}?fields=verified_name"))[1]["verified_name"] == "Another"
    assert (await call(api, "GET", f"{api.phone_id}?fields=nothing"))[0] == 400
    assert api.complaints == []
    assert (await call(api, "GET", "1234567"))[0] == 400
    assert len(api.complaints) == 1


async def test_what_is_asked_of_the_app(api: GraphApi) -> None:
    """The token, where webhooks go (for the app alone), and which apps hear of the account."""
    _, token = await call(api, "GET", f"debug_token?input_token={api.token}")
    assert token["data"]["is_valid"]
    assert not (await call(api, "GET", "debug_token?input_token=other"))[1]["data"]["is_valid"]
    path = f"{api.app_id}/subscriptions"
    assert (await call(api, "GET", path))[0] == 400
    assert (await call(api, "GET", path, token=f"{api.app_id}|{api.app_secret}"))[1]["data"] == api.account.subscriptions
    assert (await call(api, "GET", path, token=f"{api.app_id}|wrong"))[0] == 401
    assert (await call(api, "GET", f"{api.account_id}/subscribed_apps"))[1]["data"] == api.account.apps


async def test_failures_come_in_their_order(api: GraphApi) -> None:
    """Meta's own numbers with their statuses; a broken line; an answer that got lost though the message went."""
    api.fail(Failure(131056), Failure(190), Failure(131016), Failure(), Failure(drop=True, carried_out=True))
    path = f"{api.phone_id}/messages"
    found = [(await call(api, "POST", path, TEXT))[0] for _ in range(4)]
    with pytest.raises(ClientError):
        await call(api, "POST", path, TEXT)
    assert (found, len(api.sent)) == ([400, 401, 500, 200], 2)


async def test_one_person_can_get_too_much(api: GraphApi) -> None:
    """If a test asks for it: so many at once, then 131056; for another person nothing changes."""
    api.burst = 2
    path = f"{api.phone_id}/messages"
    found = [(await call(api, "POST", path, TEXT))[1].get("error", {}).get("code") for _ in range(3)]
    assert found == [None, None, 131056]
    assert (await call(api, "POST", path, {**TEXT, "to": "919900000002"}))[0] == 200


async def test_slow_answers(api: GraphApi) -> None:
    """An answer takes as long as a test says."""
    api.slow = 0.2
    before = time.monotonic()
    await call(api, "POST", f"{api.phone_id}/messages", TEXT)
    assert time.monotonic() - before >= 0.2


def test_waiting_has_an_end(api: GraphApi) -> None:
    """Who waits in vain is told; a webhook that nobody takes waits."""
    with pytest.raises(PatienceError):
        api.wait_until(lambda: False, 0.1)
    api.person().send({"type": "image", "image": {"id": "1"}})
    api.wait_until(lambda: len(api.deliveries) > 1)
    assert (api.waiting, api.bring({})) == (1, 0)
