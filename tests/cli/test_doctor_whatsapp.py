"""The doctor and WhatsApp: each fault at Meta is one whole sentence, a sound number has none, and nothing is changed."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.whatsapp.webhook import PATH
from bot.cli import main
from bot.cli.doctor import clock, given, store, whatsapp
from bot.content.library import Library
from bot.core.private import Private
from bot.settings import Settings, Whatsapp, load
from tests.cli.test_doctor import SOUND, sentences
from tests.peers.graph_account import ACCOUNT_ID, APP_ID, APP_SECRET, SITE, TOKEN, Account, Json
from tests.peers.graph_api import GraphApi, serving_graph_api

Change: TypeAlias = Callable[[Account], object]
OTHER: Final = f"https://elsewhere.example/{TOKEN}"


@pytest.fixture(scope="module")
def meta() -> Iterator[GraphApi]:
    """Serve one Graph API for all of these tests."""
    with serving_graph_api() as api:
        yield api


@pytest.fixture
def api(meta: GraphApi) -> GraphApi:
    """Give it as it was made: all is well."""
    vars(meta.account).update(vars(Account()))
    meta.calls.clear()
    meta.complaints.clear()
    return meta


def at(api: GraphApi) -> Whatsapp:
    """Give the settings of its number."""
    found = load(api.settings()).whatsapp
    assert found
    return found


async def findings(api: GraphApi, library: Library, url: str | None = SITE) -> list[str]:
    """Look at the number; what is said shows no secret."""
    found = sentences(await whatsapp.look(at(api), url, library))
    assert not any(secret in finding for finding in found for secret in (TOKEN, APP_SECRET, OTHER))
    return found


async def test_a_sound_number_has_no_finding(api: GraphApi, library: Library) -> None:
    """Nothing is said of a number that is as it should be, every call only asks, and nobody's message is touched."""
    assert await findings(api, library) == []
    assert {call.method for call in api.calls} <= {"GET", "HEAD"}
    assert (api.sent, api.complaints) == ([], [])


def field(name: str) -> Json:
    """Write a field of a subscription."""
    return {"name": name, "version": "v23.0"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda it: it.token_info.update(is_valid=False), "does not take this DHAAL_WHATSAPP_TOKEN"),
        (lambda it: it.token_info.update(expires_at=1893456000), "ends on 2030-01-01"),
        (lambda it: it.token_info["scopes"].remove("whatsapp_business_messaging"), "lacks whatsapp_business_messaging. "),
        (lambda it: it.token_info["scopes"].clear(), "lacks whatsapp_business_messaging and whatsapp_business_management"),
        (lambda it: it.number_info.update(name_status="DECLINED"), "display name is not approved (DECLINED)"),
        (lambda it: it.number_info.update(quality_rating="RED"), "quality of this number as low"),
        (lambda it: it.number_info.update(status="PENDING"), "not connected (PENDING)"),
        (lambda it: it.number_info.update(account_mode="SANDBOX"), "Meta's test number"),
        (lambda it: it.number_info.update(verified_name="Leak help"), 'the word "leak" (display name)'),
        (lambda it: it.profile.update(about="Blackmail?"), 'the word "blackmail" (about)'),
        (lambda it: it.profile.update(description="अश्लील"), "(description)"),
        (lambda it: it.profile.update(email="nudes@guide.example"), 'the word "nudes" (email)'),
        (lambda it: it.profile.update(address="1 Revenge Porn Street"), "(address)"),
        (lambda it: it.profile.update(websites=["https://sextortion.example/"]), "(websites)"),
        (lambda it: it.number_settings.update(storage_configuration={"status": "default"}), "Turn No Storage on"),
        (lambda it: it.number_settings.update(storage_configuration={"status": "IN_COUNTRY_STORAGE_ENABLED"}), "No Storage"),
        (lambda it: it.subscriptions.clear(), "no active webhook"),
        (lambda it: it.subscriptions[0].update(active=False), "no active webhook"),
        (lambda it: it.subscriptions[0].update(object="page"), "no active webhook"),
        (lambda it: it.subscriptions[0].update(callback_url=OTHER), "to another address than DHAAL_PUBLIC_URL"),
        (lambda it: it.subscriptions[0].update(fields=[]), 'does not get "messages"'),
        (lambda it: it.subscriptions[0]["fields"].append(field("account_update")), "also asked to bring account_update."),
        (lambda it: it.number_info["webhook_configuration"].update(phone_number=OTHER), "a callback of its own"),
        (lambda it: it.number_info["webhook_configuration"].update(whatsapp_business_account=OTHER), "a callback of its own"),
        (lambda it: it.apps.clear(), "does not tell this app"),
        (lambda it: it.apps[0]["whatsapp_business_api_data"].update(id="1"), "does not tell this app"),
    ],
)
async def test_what_is_wrong_at_meta_is_told(api: GraphApi, library: Library, change: Change, said: str) -> None:
    """One fault, and only findings that name it; an address is not repeated, as it may hold a secret."""
    change(api.account)
    found = await findings(api, library)
    assert found
    assert all(said in finding or "shows the word" in finding for finding in found)
    assert any(said in finding for finding in found)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.number_info.update(name_status="AVAILABLE_WITHOUT_REVIEW", quality_rating="NA"),
        lambda it: it.number_info.pop("webhook_configuration"),
        lambda it: it.number_info["webhook_configuration"].update(phone_number=f"{SITE}{PATH}"),
        lambda it: it.profile.clear(),
        lambda it: it.number_settings.clear(),
        lambda it: it.subscriptions.insert(0, {"object": "page", "active": True, "callback_url": OTHER, "fields": []}),
        lambda it: it.subscriptions[0].update(fields=["messages"]),
        lambda it: it.token_info.pop("granular_scopes"),
        lambda it: it.apps.append({"whatsapp_business_api_data": {"id": "1"}}),
        lambda it: it.apps[0].update(id=APP_ID, whatsapp_business_api_data=None),
    ],
)
async def test_what_is_fine_is_not_told(api: GraphApi, library: Library, change: Change) -> None:
    """What Meta leaves out, or writes in another of its ways, is no finding."""
    change(api.account)
    assert await findings(api, library) == []


async def test_a_callback_of_its_own_goes_first(api: GraphApi, library: Library) -> None:
    """Where the number has a callback that leads here, it does not matter where the app's leads."""
    api.account.number_info["webhook_configuration"] = {"phone_number": f"{SITE}{PATH}", "application": OTHER}
    api.account.subscriptions[0]["callback_url"] = OTHER
    assert await findings(api, library) == []


async def test_another_app_secret_is_told(api: GraphApi, library: Library) -> None:
    """With the secret of another app, every webhook would be refused: that must not come out in the night."""
    settings = replace(at(api), app_secret=Private("f" * 32))
    (found,) = sentences(await whatsapp.look(settings, SITE, library))
    assert "DHAAL_WHATSAPP_APP_SECRET" in found
    assert "f" * 32 not in found


async def test_another_token_is_told(api: GraphApi, library: Library) -> None:
    """A token that Meta does not know is one finding, not many."""
    (found,) = sentences(await whatsapp.look(replace(at(api), token=Private("EAAJOther")), SITE, library))
    assert "DHAAL_WHATSAPP_TOKEN" in found


async def test_another_number_is_told(api: GraphApi, library: Library) -> None:
    """A number that Meta does not know, or that the token may not use."""
    (found,) = sentences(await whatsapp.look(replace(at(api), phone_id="1"), SITE, library))
    assert "DHAAL_WHATSAPP_PHONE_ID" in found


async def test_without_an_address_nobody_can_tell(api: GraphApi, library: Library) -> None:
    """The webhook is held against the guide's address, so that must be known."""
    (found,) = await findings(api, library, None)
    assert "DHAAL_PUBLIC_URL is not set" in found


async def test_only_the_account_of_the_token_is_asked(api: GraphApi, library: Library) -> None:
    """Which accounts there are comes from the token; one that it may not look into is no finding."""
    for scope in api.account.token_info["granular_scopes"]:
        scope["target_ids"] = ["1", ACCOUNT_ID]
    assert await findings(api, library) == []
    assert [call.path for call in api.calls if call.path.endswith("subscribed_apps")] == [
        "1/subscribed_apps", f"{ACCOUNT_ID}/subscribed_apps",
    ]  # fmt: skip


async def test_a_clock_far_from_metas_is_told(api: GraphApi, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is compared with Meta's, as the age of a message decides whether it is answered."""
    monkeypatch.setattr(clock, "SLACK", -1)
    (found,) = await findings(api, library)
    assert "seconds off Meta's" in found


@asynccontextmanager
async def broken(answers: dict[str, object]) -> AsyncIterator[Whatsapp]:
    """Serve a Meta that answers a few paths, and is out of order for all others."""

    async def answer(request: web.Request) -> web.Response:
        known = answers.get(request.path.removeprefix("/v23.0/"))
        return web.json_response(known) if known else web.Response(status=503, text=f"<html>{TOKEN}</html>")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(application) as server:
        yield Whatsapp(
            Private(TOKEN), "1", Private(APP_SECRET), Private("word"), f"{str(server.make_url('')).rstrip('/')}/v23.0"
        )


@pytest.mark.parametrize("answers", [{}, {"debug_token": {"data": {"is_valid": True}}}])
async def test_a_meta_that_is_out_of_order_is_told(library: Library, answers: dict[str, object]) -> None:
    """What was found until then is told, and that it was not all."""
    async with broken(answers) as settings:
        found = sentences(await whatsapp.look(settings, SITE, library))
    assert "not looked at to the end" in found[-1]
    assert len(found) == 1 + len(answers)
    assert TOKEN not in "".join(found)


async def test_answers_of_any_shape_are_read(library: Library) -> None:
    """Whatever Meta writes where an object or a list should be, the doctor comes to its end."""
    odds: list[object] = [[], "text", 3, None, {"data": 3}, {"data": [3]}, {"data": [{"fields": [3], "active": 1}]}]
    for odd in odds:
        shapes: dict[str, object] = dict.fromkeys(
            ("1", "1/whatsapp_business_profile", "1/settings", "2/subscriptions", "3/subscribed_apps"), odd
        )
        granted = [{"scope": "whatsapp_business_messaging", "target_ids": ["3", 4]}, 5]
        token = {"is_valid": True, "app_id": "2", "scopes": "all", "granular_scopes": granted, "expires_at": "never"}
        async with broken({**shapes, "debug_token": {"data": token}}) as settings:
            assert sentences(await whatsapp.look(settings, SITE, library))


async def test_a_meta_that_cannot_be_reached_is_told(library: Library) -> None:
    """A closed door is a finding, not a failure."""
    async with broken({}) as settings:
        pass
    (found,) = sentences(await whatsapp.look(settings, SITE, library))
    assert "cannot be reached" in found


def settled(api: str) -> Settings:
    """Give settings with a number at some Graph API."""
    return replace(SOUND, whatsapp=Whatsapp(Private(TOKEN), "1", Private(APP_SECRET), Private("word"), api))


@pytest.mark.parametrize(
    ("api", "said"),
    [
        ("http://graph.example.org/v23.0", "DHAAL_WHATSAPP_API is an address on another machine, without TLS"),
        (f"https://graph.facebook.com/{TOKEN}", "DHAAL_WHATSAPP_API holds a secret"),
        (f"https://graph.facebook.com/v23.0?access_token={TOKEN}", "DHAAL_WHATSAPP_API holds a secret"),
    ],
)
def test_an_address_of_meta_that_tells_too_much_is_told(api: str, said: str) -> None:
    """No token over an open line, and none in an address."""
    (found,) = sentences(list(given.look(settled(api), {})))
    assert said in found


async def test_one_memory_behind_metas_webhook_is_told() -> None:
    """WhatsApp is always a webhook, so several processes may stand behind it."""
    assert "Valkey" in (await store.look(settled("https://graph.facebook.com/v23.0")))[0]


@pytest.mark.parametrize("name", ["WHATSAPP_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN"])
def test_metas_secrets_belong_into_files(api: GraphApi, name: str) -> None:
    """Each of the three is told where it stands in the environment, and its value is not repeated."""
    environ = {"DHAAL_SECRET": "s" * 40, **api.settings()}
    told = sentences([one for one in given.look(load(environ), environ) if one.startswith(f"DHAAL_{name} ")])
    assert [f"Use DHAAL_{name}_FILE." in one for one in told] == [True]
    assert environ[f"DHAAL_{name}"] not in "".join(told)


def test_the_command_looks_at_meta(api: GraphApi, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """`dhaal doctor --json` tells what Meta says, and shows none of the secrets."""
    for name, value in {**api.settings(), "DHAAL_PUBLIC_URL": SITE}.items():
        monkeypatch.setenv(name, value)
    api.account.subscriptions.clear()
    assert main(["doctor", "--json"]) == 1
    told = capsys.readouterr()
    assert any("no active webhook" in finding for finding in json.loads(told.out)["findings"])
    assert not any(secret in told.out + told.err for secret in (TOKEN, APP_SECRET, api.verify_token))
