"""dhaal agents: the people who answer at the web desk: invite, list, remove."""

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from bot.cli.out import complain, say
from bot.settings import Desk, SettingError, Settings, load

if TYPE_CHECKING:
    from bot.desks.web_desk import Accounts

HERE = "http://127.0.0.1:8080"


def declare(command: argparse.ArgumentParser) -> None:
    """Declare what can be done."""
    acts = command.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="print a link by which somebody comes in, once, within 24 hours")
    add.add_argument("name", help="2 to 24 letters from a to z and digits")
    add.add_argument("--lead", action="store_true", help="may invite and remove others, and sees the shifts")
    acts.add_parser("list", help="list everybody, and who is invited")
    acts.add_parser("remove", help="remove somebody, who is signed out at once").add_argument("name")


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Do it."""
    from bot.desks.web_desk import Accounts, Role, TakenError, UnreadableError  # noqa: PLC0415 - other commands do not pay

    settings = load(environ)
    accounts = Accounts(_desk(settings).accounts)
    try:
        match options.act:
            case "add":
                code = accounts.invite(options.name, Role.LEAD if options.lead else Role.AGENT)
                say(f"{settings.public_url or HERE}/desk/welcome/{code}")
                complain(
                    f"Give this link to {options.name} by a safe way. It works once, for 24 hours, and is not shown again."
                )
            case "list":
                say(*_listed(accounts))
            case _:
                return 0 if accounts.remove(options.name) else _unknown(options.name)
    except (TakenError, UnreadableError) as error:
        complain(str(error))
        return 2
    return 0


def _desk(settings: Settings) -> Desk:
    """Give the desk whose helpers are meant.

    Raises:
        SettingError: if there is no file of helpers, or its secrets could not be opened at the next start.
    """
    desk = settings.desk
    if desk is None or desk.trial:
        message = "DHAAL_DESK_ACCOUNTS is missing. Name a file for the helpers' accounts, such as agents.json."
        raise SettingError(message)
    if not settings.lasting:
        message = "DHAAL_SECRET is missing. Helpers' keys are sealed with it, so it must be the same at every start."
        raise SettingError(message)
    return desk


def _listed(accounts: "Accounts") -> Iterator[str]:
    roll = accounts.roll()
    for agent in sorted(roll.agents.values(), key=lambda it: it.name.casefold()):
        yield f"{agent.name}  {agent.role.value}  since {agent.promised}"
    for invited in sorted(roll.invited.values(), key=lambda it: it.name.casefold()):
        yield f"{invited.name}  {invited.role.value}  invited until {invited.until:%Y-%m-%d %H:%M} UTC"


def _unknown(name: str) -> int:
    complain(f'There is no helper called "{name}". `dhaal agents list` shows all.')
    return 1
