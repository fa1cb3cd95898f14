"""Draws a reply as one page of HTML. All pages have the same shape."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.channels.web.asked import Asked
from bot.channels.web.talk import Told
from bot.content.phrases import Phrase
from bot.core.events import Command
from bot.talk.codes import CODES
from bot.talk.conversation import Conversation
from bot.talk.handoff.counter import LOOK, STOP, under
from bot.talk.ports import Block, Farewell, Offer, Say, Screen
from bot.talk.seal import LENGTH
from bot.talk.speech import Speech

TEMPLATES: Final = Path(__file__).parent / "templates"
YOU, HELPER = Phrase.HANDOFF_YOU, Phrase.HANDOFF_HELPER
SCHEMES: Final = ("https:", "tel:", "sms:", "mailto:")  # what a contact may be reached by


@dataclass(frozen=True, slots=True)
class Words:
    """The words around a screen."""

    leave: str
    menu: str
    type_here: str
    send: str
    trouble: str
    unreviewed: str | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands on a page of somebody who waits or talks: the buttons of that, where they stand, and what was said.

    In `said` the person's own lines are marked. `label` says to whom one types. `alone` tells that nothing stands below it.
    """

    look: str
    stop: str
    blocks: tuple[Block, ...]
    said: tuple[tuple[bool, str], ...]
    label: str
    alone: bool


class Page:
    """The one page, in any language."""

    def __init__(self, conversation: Conversation, leave_url: str) -> None:
        """Take the talk, for the words around its screens, and where Leave goes."""
        self._conversation = conversation
        self._leave_url = leave_url
        env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
        env.trim_blocks = env.lstrip_blocks = True
        env.filters |= {"kind": _kind, "reachable": _reachable}
        env.tests["urgent"] = _urgent
        self._template = env.get_template("page.html")
        self._words = cache(lambda tag: words(conversation.speech(tag)))

    def show(self, told: Told, asked: Asked) -> HTMLResponse:
        """Draw the answer to a request, and what is between the person and a helper."""
        if isinstance(told.reply, Farewell):
            return self._draw(_farewell(told.reply), asked.chat, asked.status)
        return self._draw(told.reply, asked.chat, asked.status, beside=self._beside(told))

    def trouble(self, asked: Asked) -> HTMLResponse:
        """Say that something went wrong on our side, with a button that tries again from the menu."""
        speech = self._conversation.speech(asked.hint)
        menu = speech.phrase(Phrase.MENU)
        retry = Offer(asked.token + CODES[Command.MENU], menu, menu)
        return self._draw(_plain(speech, asked.token, (Say(speech.trouble()),), (retry,)), asked.chat, 500)

    def missing(self, hint: str | None, status: int, root: str) -> HTMLResponse:
        """Show the way to the start; `root` leads there from the address that was asked for."""
        speech = self._conversation.speech(hint)
        blocks = (Say(speech.phrase(Phrase.NOTHING_HERE)),)
        return self._draw(_plain(speech, blocks=blocks), "", status, root, lost=True)

    def _beside(self, told: Told) -> Beside | None:
        if told.stand is None:
            return None
        speech, token = self._conversation.speech(told.stand.locale), told.stand.token
        said = tuple((line.mine, speech.phrase(YOU if line.mine else HELPER, words=line.words.reveal())) for line in told.lines)
        label = speech.phrase(YOU, words="").strip() if told.talks else speech.phrase(Phrase.TYPE_HERE)
        return Beside(token + LOOK, token + STOP, told.stand.blocks, said, label, alone=told.stand is told.reply)

    def _draw(  # noqa: PLR0913 - what a page shows
        self, screen: Screen, chat: str, status: int, root: str = "./", *, lost: bool = False, beside: Beside | None = None
    ) -> HTMLResponse:
        html = self._template.render(
            screen=screen, words=self._words(screen.locale), chat=chat,
            root=root, leave_url=self._leave_url, lost=lost, beside=beside,
            under=LOOK if beside else under(screen),
        )  # fmt: skip
        return HTMLResponse(html, status)


def words(speech: Speech) -> Words:
    """Say the words around a screen."""
    say = speech.phrase
    unreviewed = None if speech.language.reviewed else say(Phrase.UNREVIEWED)
    return Words(
        say(Phrase.LEAVE), say(Phrase.MENU), say(Phrase.TYPE_HERE), say(Phrase.SEND), speech.trouble(), unreviewed
    )  # fmt: skip


def _plain(speech: Speech, token: str = "", blocks: tuple[Block, ...] = (), offers: tuple[Offer, ...] = ()) -> Screen:
    """Make a screen that no step stands behind."""
    tag, title = speech.language.tag, speech.phrase(Phrase.TITLE)
    return Screen("", token, tag, speech.language.rtl, title, None, blocks, offers, ())


def _farewell(reply: Farewell) -> Screen:
    return Screen("", "", reply.locale, reply.rtl, reply.title, None, (Say(reply.text),), (), ())


def _kind(block: Block) -> str:
    return type(block).__name__


def _urgent(offer: Offer) -> bool:
    return offer.data[LENGTH:] == CODES[Command.DANGER]


def _reachable(href: str | None) -> bool:
    return href is not None and href.startswith(SCHEMES)
