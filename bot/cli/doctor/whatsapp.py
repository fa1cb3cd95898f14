"""The number as Meta knows it: its token, its webhook, and what everybody sees of it. Nothing is changed."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from bot.channels.whatsapp.graph import Graph, GraphError
from bot.channels.whatsapp.read import FIELD, OBJECT
from bot.channels.whatsapp.runner import BAD_NUMBER, BAD_TOKEN, NOT_LET_IN, NUMBER_REFUSED
from bot.channels.whatsapp.webhook import PATH
from bot.cli.doctor import clock
from bot.cli.doctor.surface import topics
from bot.content.library import Library
from bot.settings import Whatsapp

RIGHTS: Final = ("whatsapp_business_messaging", "whatsapp_business_management")
NUMBER: Final = "id,verified_name,name_status,quality_rating"
STATE: Final = "status,account_mode,webhook_configuration"  # not in Meta's published description: asked for apart
PROFILE: Final = "about,address,description,email,websites,vertical"
NAMED: Final = frozenset({"APPROVED", "AVAILABLE_WITHOUT_REVIEW"})  # the states of a name that people see
KEEPS: Final = frozenset({"default", "in_country_storage_enabled"})  # what Meta says of a number whose messages it keeps
BAD_APP: Final = BAD_TOKEN | {1, 100, 101, 104}  # what is said to an app whose secret is wrong
Told: TypeAlias = dict[str, Any]  # an object of Meta's, whatever it holds

UNREACHED: Final = (
    "Meta cannot be reached at the address of DHAAL_WHATSAPP_API, so the number was not looked at to the end. "
    "Let this machine call it, or correct the address."
)
UNWELL: Final = "Meta answers with an error, so the number was not looked at to the end. Try again in some minutes."
UNSIGNED: Final = (
    "Meta does not take this DHAAL_WHATSAPP_APP_SECRET for the app of the token, so the guide would refuse every message that "
    "Meta brings. Copy the app secret again from App settings > Basic, of the app that the token was made for."
)
NO_ADDRESS: Final = (
    "DHAAL_PUBLIC_URL is not set, so nobody can tell whether Meta brings the messages to this guide. "
    "Set it to https://your.host, as it stands in WhatsApp > Configuration."
)
NO_WEBHOOK: Final = (
    "Meta has no active webhook for this app, so nobody is answered. Start the guide, and enter the callback URL, which ends "
    f"in {PATH}, and the verify token in WhatsApp > Configuration."
)
ELSEWHERE: Final = (
    f"Meta brings the messages to another address than DHAAL_PUBLIC_URL followed by {PATH}. Correct the callback URL in "
    "WhatsApp > Configuration. An account or a number may also have a callback of its own, which goes first: take it away."
)
NO_FIELD: Final = (
    f'The webhook does not get "{FIELD}", so nobody is answered. Subscribe to it in WhatsApp > Configuration > Webhook fields.'
)
NOT_SUBSCRIBED: Final = (
    "The WhatsApp Business account does not tell this app of its messages, so nobody is answered. Subscribe again in "
    "WhatsApp > Configuration, or send one POST to /ACCOUNT_ID/subscribed_apps (docs/run-it.md)."
)
KEPT: Final = (
    "Meta keeps the messages of this number, usually for up to 30 days. Turn No Storage on for it, with which Meta has them "
    "for an hour at most (docs/run-it.md)."
)


@dataclass(frozen=True, slots=True)
class Line:
    """The line to Meta, which asks and never changes."""

    graph: Graph
    settings: Whatsapp

    async def ask(self, path: str, **query: str) -> Told:
        """Ask; what is refused tells nothing, as whoever lacks the right to ask was told so before.

        Raises:
            GraphError: if Meta cannot be reached, or is out of order.
        """
        try:
            return await self.graph.get(path, None, **query)
        except GraphError as error:
            if error.code in BAD_NUMBER and not error.down:
                return {}
            raise


async def look(whatsapp: Whatsapp, public_url: str | None, library: Library) -> list[str]:
    """Ask Meta about the number; what was found before Meta failed is told as well."""
    graph = Graph(whatsapp.api, whatsapp.token)
    found: list[str] = []
    try:
        async for findings in _looks(Line(graph, whatsapp), public_url, library):
            found += findings
    except GraphError as error:
        found.append(_trouble(error))
    finally:
        await graph.close()
    return found


def _trouble(error: GraphError) -> str:
    if error.code in BAD_TOKEN:
        return NOT_LET_IN
    return UNREACHED if error.down and not error.code else UNWELL


async def _looks(line: Line, public_url: str | None, library: Library) -> AsyncIterator[Iterable[str]]:
    token = _object((await line.graph.get("debug_token", input_token=line.settings.token.reveal())).get("data"))
    if not token.get("is_valid"):
        yield [NOT_LET_IN]
        return
    yield _token(token)
    phone = line.settings.phone_id
    number = await line.ask(phone, fields=NUMBER)
    yield _number(number)
    state = await line.ask(phone, fields=STATE)
    yield _state(state)
    yield _surface(number, await line.ask(f"{phone}/whatsapp_business_profile", fields=PROFILE), library)
    yield _storage(await line.ask(f"{phone}/settings"))
    yield await _webhook(line, _text(token.get("app_id")), _own_callback(state), public_url)
    yield await _accounts(line, token)
    yield await clock.look(line.settings.api, "Meta's")


def _token(token: Told) -> Iterator[str]:
    """Look for an end of the token, and for rights that it lacks."""
    ends = token.get("expires_at")
    if isinstance(ends, int) and ends > 0:
        yield (
            f"The token ends on {datetime.fromtimestamp(ends, UTC):%Y-%m-%d}, and from then on nobody is answered. "
            "Make one of a system user that never expires (docs/run-it.md)."
        )
    missing = [right for right in RIGHTS if right not in _list(token.get("scopes"))]
    if missing:
        yield f"The token lacks {' and '.join(missing)}. Make a new one of the system user, with both rights ticked."


def _number(number: Told) -> Iterator[str]:
    if not number:
        yield NUMBER_REFUSED
        return
    status = _text(number.get("name_status"))
    if status and status not in NAMED:
        yield (
            f"The display name is not approved ({status}), so people may see the bare number. "
            "Look into WhatsApp Manager > Phone numbers, which says why."
        )
    if number.get("quality_rating") == "RED":
        yield (
            "Meta rates the quality of this number as low: people block or report it. Meta may limit it. "
            "Look into WhatsApp Manager > Phone numbers, and at what was changed lately."
        )


def _state(state: Told) -> Iterator[str]:
    status = _text(state.get("status"))
    if status and status != "CONNECTED":
        yield (
            f"The number is not connected ({status}), so nobody is answered. Register it in WhatsApp > API Setup, or look into "
            "WhatsApp Manager > Phone numbers."
        )
    if state.get("account_mode") == "SANDBOX":
        yield (
            "This is Meta's test number: it may answer only people whose numbers you listed in WhatsApp > API Setup. "
            "Add a number of your own before anybody needs it."
        )


def _surface(number: Told, profile: Told, library: Library) -> Iterator[str]:
    """Find words that tell what the guide is about in what stands beside the chat."""
    shown = {"display name": number.get("verified_name"), **_profile(profile)}
    texts = [(where, str(text)) for where, one in shown.items() for text in (one if isinstance(one, list) else [one]) if text]
    for where, word in topics(texts, library):
        yield (
            f'The business profile shows the word "{word}" ({where}), where another person may see it. '
            "Change it in WhatsApp Manager > Phone numbers."
        )


def _profile(told: Told) -> Told:
    """Give the profile; Meta's description of its answer wraps it once more than the answer is seen to."""
    profile = next((_object(one) for one in _list(told.get("data"))), {})
    inner = _object(profile.get("business_profile")) or profile
    return {name: inner.get(name) for name in PROFILE.split(",")}


def _storage(settings: Told) -> Iterator[str]:
    if _text(_object(settings.get("storage_configuration")).get("status")).casefold() in KEEPS:
        yield KEPT


def _own_callback(state: Told) -> str:
    """Give the callback that a number or an account has for itself; it goes before the app's."""
    own = _object(state.get("webhook_configuration"))
    return _text(own.get("phone_number")) or _text(own.get("whatsapp_business_account"))


async def _webhook(line: Line, app: str, own: str, public_url: str | None) -> list[str]:
    """Hold the app's webhook against what it should be. Only the app's secret opens this, so that is tried as well."""
    secret = line.settings.app_secret.reveal()
    try:
        told = await line.graph.get(f"{app}/subscriptions", {"authorization": f"Bearer {app}|{secret}"})
    except GraphError as error:
        if error.down or error.code not in BAD_APP:
            raise
        return [UNSIGNED]
    hooks = [one for one in map(_object, _list(told.get("data"))) if one.get("object") == OBJECT and one.get("active")]
    return list(_hook(hooks[0], own, public_url)) if hooks else [NO_WEBHOOK]


def _hook(hook: Told, own: str, public_url: str | None) -> Iterator[str]:
    """Look at where it leads and what it brings. Its address is not shown: it may hold a secret."""
    if public_url is None:
        yield NO_ADDRESS
    elif (own or hook.get("callback_url")) != f"{public_url}{PATH}":
        yield ELSEWHERE
    fields = {_text(_object(one).get("name") or one) for one in _list(hook.get("fields"))}
    if FIELD not in fields:
        yield NO_FIELD
    idle = sorted(fields - {FIELD, ""})
    if idle:
        yield (
            f"Meta is also asked to bring {', '.join(idle)}. The guide needs none of it: unsubscribe in "
            "WhatsApp > Configuration > Webhook fields."
        )


async def _accounts(line: Line, token: Told) -> list[str]:
    """Look whether an account that the token may use tells our app of its messages."""
    app, told = _text(token.get("app_id")), [await line.ask(f"{one}/subscribed_apps") for one in _granted(token)]
    answered = [one for one in told if "data" in one]
    apps = {_app(_object(one)) for account in answered for one in _list(account["data"])}
    return [NOT_SUBSCRIBED] if answered and app not in apps else []


def _granted(token: Told) -> Iterable[str]:
    """List the accounts that the token was given; where it has all of the business, Meta lists none."""
    scopes = map(_object, _list(token.get("granular_scopes")))
    ids = (_text(one) for scope in scopes if scope.get("scope") in RIGHTS for one in _list(scope.get("target_ids")))
    return dict.fromkeys(filter(None, ids))


def _app(told: Told) -> str:
    return _text((_object(told.get("whatsapp_business_api_data")) or told).get("id"))


def _object(found: object) -> Told:
    return found if isinstance(found, dict) else {}


def _list(found: object) -> list[Any]:
    return found if isinstance(found, list) else []


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
