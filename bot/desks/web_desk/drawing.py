"""Draws people and what they say for a helper, from what they agreed to show."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bot.content.desk_phrases import DeskPhrase
from bot.content.library import Library
from bot.content.phrases import Phrase
from bot.core.book import journey
from bot.core.private import Private
from bot.desks.web_desk.logins import Login
from bot.desks.web_desk.page import Page
from bot.desks.web_desk.words import JOURNEYS, Tongue, Tongues
from bot.talk.handoff.back import Back, Seen
from bot.talk.handoff.cards import Cards
from bot.talk.handoff.counter import Counter, Rules
from bot.talk.screen import Drawer


class Drawing:
    """Draws pieces of the desk."""

    def __init__(self, back: Back, library: Library, drawer: Drawer, cards: Cards, now: Callable[[], datetime]) -> None:
        """Take where the cases are, the content and what draws it, the cards, and the clock."""
        self._back = back
        self._library = library
        self._drawer = drawer
        self._cards = cards
        self._now = now
        self._counter = Counter(library, drawer, Rules())
        self.page, self.tongues = Page(), Tongues(library)

    def queue(self, login: Login, listed: Sequence[Seen]) -> str:
        """Draw who waits, the urgent first, then those whose language the helper writes; and who talks with others."""
        waiting = sorted(
            (seen for seen in listed if not seen.agent),
            key=lambda seen: (not seen.brief.urgent, seen.wanted != login.name, not self._spoken(login, seen), seen.since),
        )
        others = [seen for seen in listed if seen.agent and login.name not in {seen.agent, *seen.readers}]
        rows = [(seen, self._lines(login, seen), self._language(login, seen)) for seen in waiting]
        return self.page.piece(
            "_queue", self._tongue(login), rows=rows, others=[(seen, self._lines(login, seen)) for seen in others], login=login,
            room=self._back.room, open=self._library.opening.open_at(self._now()),
        )  # fmt: skip

    def waiting(self, login: Login, listed: Sequence[Seen]) -> dict[str, object]:
        """Count who waits, and say it in a line."""
        waiting = [seen for seen in listed if not seen.agent]
        urgent = any(seen.brief.urgent for seen in waiting)
        tongue = self._tongue(login)
        say = tongue.say(DeskPhrase.NEWS_URGENT if urgent else DeskPhrase.NEWS_WAITING, count=len(waiting))
        return {"waiting": [seen.case for seen in waiting], "say": say}

    def case(self, login: Login, seen: Seen, *, fresh: bool) -> str:
        """Draw a talk without any words in it. `fresh`: the page was just opened, and there may have been some."""
        return self.page.piece(
            "_case", self._tongue(login), seen=seen, mine=seen.agent == login.name, fresh=fresh, facts=self.facts(login, seen),
            colleagues=sorted(self._back.agents - {login.name}), root="",
        )  # fmt: skip

    def facts(self, login: Login, seen: Seen) -> str:
        """Draw what a person agreed to show, and who reads along."""
        readers = [name for name in seen.readers if name != login.name]
        return self.page.piece(
            "_facts", self._tongue(login), seen=seen, lines=self._lines(login, seen), readers=readers,
            mine=seen.agent == login.name,
        )  # fmt: skip

    def words(self, login: Login, who: str, ident: str, words: Private[str]) -> str:
        """Draw what somebody said."""
        return self.page.piece("_words", self._tongue(login), who=who, ident=ident, words=words.reveal())

    def gone(self, login: Login, case: str, number: int, why: str) -> str:
        """Draw that a talk is over; not one word of it."""
        tongue = self._tongue(login)
        return self.page.piece("_gone", tongue, case=case, text=tongue.say(DeskPhrase(f"gone_{why}"), number=number))

    def cards(self, login: Login, seen: Seen) -> str:
        """Draw the cards that may be sent to a person, by journey, and what the guide would say next."""
        facts, tongue, shelves = seen.brief.facts, self._tongue(login), dict[str, list[tuple[str, str]]]()
        for ref in self._cards.fit(facts):
            shelves.setdefault(journey(ref), []).append((ref, self._cards.title(ref, login.reads)))
        suggested = [(ref, self._cards.title(ref, login.reads)) for ref in self._cards.suggested(facts)]
        named = [(tongue.say(phrase), shelves.pop(name)) for name, phrase in JOURNEYS.items() if name in shelves]
        return self.page.piece("_cards", tongue, seen=seen, shelves=[*named, *shelves.items()], suggested=suggested)

    def card(self, login: Login, seen: Seen, ref: str) -> str:
        """Draw one card side by side: as the helper reads it, and as the person does."""
        theirs, tongue = seen.brief.locale or login.reads, self._tongue(login)
        sides = [
            (tongue.say(DeskPhrase.CARD_YOURS), login.reads, self.parts(ref, login.reads, seen)),
            (tongue.say(DeskPhrase.CARD_THEIRS), theirs, self.parts(ref, theirs, seen)),
        ]
        return self.page.piece("_card", tongue, seen=seen, ref=ref, sides=sides, languages=self._library.languages)

    def parts(self, ref: str, locale: str, seen: Seen) -> list[str]:
        """Say a card for a person; nothing if it is none for them."""
        return self._cards.say(ref, locale, seen.brief.facts) if ref in self._cards.fit(seen.brief.facts) else []

    def since(self, seen: Seen) -> str:
        """Give when somebody began to wait."""
        return datetime.fromtimestamp(seen.since, UTC).isoformat()

    def _tongue(self, login: Login) -> Tongue:
        return self.tongues.of(login.reads)

    def _language(self, login: Login, seen: Seen) -> str:
        """Name a person's language."""
        known = self._library.languages.get(seen.brief.locale or "")
        return known.name if known else self._tongue(login).say(DeskPhrase.LANGUAGE_UNKNOWN)

    def _lines(self, login: Login, seen: Seen) -> list[tuple[str, str]]:
        speech = self._drawer.speech(login.reads)
        return [(speech.phrase(Phrase(part.value)), value) for part, value in self._counter.said(speech, seen.brief)]

    def _spoken(self, login: Login, seen: Seen) -> bool:
        return seen.brief.locale in login.speaks
