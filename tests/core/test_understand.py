"""What typed words mean, and what they must never be taken for."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any
from unicodedata import decimal, normalize

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.core.events import Command, Named
from bot.core.understand import Chosen, Guess, Heard, Known, Lexicon, Nothing, Offer, Said, understand

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "hi", "hi-Latn", "ur", "es")
DANGERS = (Command.SELF_HARM, Command.IN_DANGER)
DANGEROUS: Sequence[Heard] = [Said(command) for command in DANGERS]
DIGITS = [chr(code) for code in range(0x110000) if chr(code).isdecimal()]


def read(folder: str, language: str) -> dict[str, Any]:
    """Every scalar as a string, as the lists promise."""
    text = (ROOT / folder / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, yaml.BaseLoader))  # noqa: S506 - BaseLoader builds strings only


WORDS = [read("flows/words", language) for language in LANGUAGES]
HELD = {language: read("tests/recall", language) for language in LANGUAGES}
PHRASES: Mapping[Command, Sequence[str]] = {
    command: [phrase for words in WORDS for phrase in words.get(command.value, ())] for command in Command
}
KNOWN = (
    Known("country", "IN", ("India", "भारत", "Bharat", "Hindustan")),
    Known("country", "US", ("United States", "USA", "US", "America")),
    Known("country", "GB", ("United Kingdom", "UK", "Britain")),
    Known("country", "KR", ("South Korea",)),
    Known("country", "KP", ("North Korea",)),
    Known("platform", "whatsapp", ("WhatsApp", "whats app", "व्हाट्सऐप")),
    Known("platform", "instagram", ("Instagram", "insta", "ig")),
    Known("platform", "x", ("X", "Twitter")),
    *(Known("country", f"Z{n}", (f"Ruritania{chr(97 + n // 9) * 2}{chr(105 + n % 9)}",)) for n in range(72)),
)
LEXICON = Lexicon.of(PHRASES, [word for words in WORDS for word in words["filler"]], KNOWN)
KINDS = (
    Offer(1, ("It was shared or posted", "Shared")),
    Offer(2, ("Someone threatens me", "Threatened")),
    Offer(3, ("📷 I was filmed in secret", "Filmed")),
    Offer(4, ("It is fake or AI-made", "नकली है")),
)


def hear(words: str, *offers: Offer) -> Heard:
    """Understand with every list and name there is."""
    return understand(words, offers, LEXICON)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("command", "least"),
    [("self_harm", 0.95), ("in_danger", 0.95), ("leave", 0.9), ("person", 0.9), ("back", 0.9), ("menu", 0.9)],
)
def test_recall(language: str, command: str, least: float) -> None:
    """What people type in need is understood, in each language, whatever stands on the screen."""
    phrases = HELD[language]["heard"][command]
    missed = [phrase for phrase in phrases if hear(phrase, *KINDS) != Said(Command(command))]
    assert 1 - len(missed) / len(phrases) >= least, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_is_held_out(language: str) -> None:
    """The recall is measured on at least 150 phrases and 80 plain sentences a language (R76)."""
    held = HELD[language]
    assert sum(map(len, held["heard"].values())) >= 150
    assert len(held["nothing"]) >= 80
    assert held["missed"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_no_command(language: str) -> None:
    """A sentence about what happened never leaves, goes back or calls a person."""
    said = {phrase: hear(phrase, *KINDS) for phrase in HELD[language]["nothing"]}
    assert not [phrase for phrase, heard in said.items() if isinstance(heard, Said) and heard.command not in DANGERS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_seldom_heard_in_vain(language: str) -> None:
    """Of 80 plain sentences at most 3 are taken for danger."""
    plain = HELD[language]["nothing"]
    assert sum(hear(phrase, *KINDS) in DANGEROUS for phrase in plain) <= 3 * len(plain) / 80


@pytest.mark.parametrize("command", [command for command in Command if command not in DANGERS])
def test_every_listed_command_is_understood_as_itself(command: Command) -> None:
    """No phrase of one command is, without its filler, a phrase of another, or of danger."""
    for phrase in PHRASES[command]:
        for words in product(*(slot.split("/") for slot in phrase.split())):
            assert hear(" ".join(words)) == Said(command), words


@pytest.mark.parametrize("command", DANGERS)
def test_every_listed_danger_is_heard_as_danger(command: Command) -> None:
    """Each phrase of danger is heard as danger in the middle of a long text."""
    for phrase in PHRASES[command]:
        words = " ".join(slot.split("/")[0].rstrip("*") for slot in phrase.split())
        assert hear(f"{'so many things happened . ' * 9} {words} {'and it went on . ' * 9}") in DANGEROUS, phrase


def test_lists_are_long_enough() -> None:
    """Each language lists what the brief asks for, and a stem is never a letter or two."""
    least = {"self_harm": 60, "in_danger": 50, "leave": 25, "person": 25, "back": 15, "menu": 15}
    assert all(len(words[key]) >= count for words in WORDS for key, count in least.items())
    listed = (word for phrases in PHRASES.values() for p in phrases for s in p.split() for word in s.split("/"))
    assert not [word for word in listed if "*" in word and (word.index("*") < len(word) - 1 or len(word) < 3 + word.isascii())]


@given(st.text(max_size=300))
def test_any_text_is_answered(words: str) -> None:
    """No text raises, and what is chosen or guessed stands on the screen."""
    heard = hear(words, *KINDS)
    numbers = heard.numbers if isinstance(heard, Guess) else (heard.number,) if isinstance(heard, Chosen) else ()
    assert set(numbers) <= {1, 2, 3, 4}
    assert len(numbers) <= 3


@given(st.lists(st.sampled_from(sorted(LEXICON.danger_ear.words)), max_size=40))
def test_any_heap_of_danger_words_is_answered(words: list[str]) -> None:
    """Words of danger in any order are danger or not, and never an error."""
    assert hear(" ".join(words)) is not None


@given(
    st.sampled_from(DIGITS),
    st.sampled_from(["{}", "{}.", "({})", "option {}", " {} please", "{}\ufe0f\u20e3", "विकल्प {}"]),
)
def test_digits_of_any_script_choose(digit: str, written: str) -> None:
    """A number on the screen is chosen in the digits of every script, however it is dressed."""
    heard = hear(written.format(digit), *KINDS)
    assert heard == (Chosen(decimal(digit)) if 1 <= decimal(digit) <= 4 else Nothing())


def test_longer_numbers() -> None:
    """Numbers of two digits choose; a number that is not shown, or is part of a sentence, does not."""
    offers = [Offer(n, (f"Label {n:b}",)) for n in range(1, 13)]
    assert hear("१२", *offers) == Chosen(12)
    assert hear("13", *offers) == Nothing()
    assert hear("99999999999999999999", *offers) == Nothing()
    assert hear("he has 2 accounts", *offers) == Nothing()


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("filmed", Chosen(3)),
        ("  FILMED!! 😢 ", Chosen(3)),
        ("i was filmed in secret", Chosen(3)),
        ("i was filmd in secrat", Chosen(3)),
        ("threatend", Chosen(2)),
        ("\uff33\uff28\uff21\uff32\uff25\uff24", Chosen(1)),
        ("sharrred plz", Chosen(1)),
        ("नक़ली है", Chosen(4)),
        ("नक\u200dली\u200c है", Chosen(4)),
        (normalize("NFD", "नकली है"), Chosen(4)),
        ("secret", Guess((3,))),
        ("xyzzy", Nothing()),
        ("", Nothing()),
        ("🙏🙏", Nothing()),
        ("please", Nothing()),
    ],
)
def test_labels(words: str, heard: Heard) -> None:
    """A label is found through case, emoji, joiners, nukta, width, doubled letters, slips and politeness."""
    assert hear(words, *KINDS) == heard


def test_two_labels_alike_are_asked_about() -> None:
    """When two or three labels are as near as each other it is asked which; when more are, nothing is known."""
    offers = [Offer(n, (name,)) for n, name in enumerate(("Friend of mine", "Friend of yours", "Friend of hers"), 1)]
    assert hear("friend", *offers) == Guess((1, 2, 3))
    assert hear("friend", *offers, Offer(4, ("Friend of theirs",))) == Nothing()
    assert hear("pictura", Offer(1, ("Pictures",)), Offer(2, ("Picture",)), Offer(3, ("Pictural",))) == Guess((2, 3))


def test_arabic_and_urdu_letters_agree() -> None:
    """Arabic and Urdu forms of one letter, tatweel and vowel marks make no difference."""
    assert hear("كـــيا يہ", Offer(1, ("کیا یہ",))) == Chosen(1)
    assert hear("دَوست", Offer(1, ("دوست",))) == Chosen(1)


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("India", Named("country", "IN")),
        ("मैं भारत से हूँ", Named("country", "IN")),
        ("i live in the UK", Named("country", "GB")),
        ("ok", Nothing()),
        ("south korea", Named("country", "KR")),
        ("he put it on instagramm yesterday", Named("platform", "instagram")),
        ("its on whatsap", Named("platform", "whatsapp")),
        ("my ex in India sent it on insta", Named("country", "IN")),
        ("from India but now in America", Nothing()),
        ("India or America, on insta", Named("platform", "instagram")),
        ("US", Named("country", "US")),
        ("he told us everything", Nothing()),
        ("x", Named("platform", "x")),
        ("my x boyfriend", Nothing()),
    ],
)
def test_names_are_understood_anywhere(words: str, heard: Heard) -> None:
    """A country or platform is understood in any sentence; one that is also a plain word only when it stands alone."""
    assert hear(words) == heard


def test_a_name_on_the_screen_is_chosen() -> None:
    """If the named country stands on the screen it is chosen there; of two it is asked which."""
    offers = (Offer(1, ("India", "भारत")), Offer(2, ("United States",)))
    assert hear("i am in bharat", *offers) == Chosen(1)
    assert hear("India or America", *offers) == Guess((1, 2))
    assert hear("Britain", *offers) == Named("country", "GB")


def test_order_of_meaning() -> None:
    """Danger wins over a label, leave over a label, a label over another command, a command over a name."""
    assert hear("I may hurt myself", Offer(1, ("I may hurt myself",))) == Said(Command.SELF_HARM)
    assert hear("stop", Offer(1, ("Stop",))) == Said(Command.LEAVE)
    assert hear("menu", Offer(1, ("Menu",))) == Chosen(1)
    assert hear("menu", Offer(1, ("Manu",))) == Said(Command.MENU)
    assert hear("in english please") == Said(Command.LANGUAGE)


def test_the_longer_phrase_of_danger_wins() -> None:
    """Of two dangers the one said in more words is heard; of equals, self-harm."""
    assert hear("wo mujhe jaan se maarna chahta hai") == Said(Command.IN_DANGER)
    assert hear("suicide, rape") == Said(Command.SELF_HARM)


def test_danger_is_heard_in_other_dress() -> None:
    """Stretched, misspelt and number-for-letter words of danger are heard."""
    for words in (
        "I WANT TO DIEEEE",
        "su1cide",
        "suicicde",
        "i wanna d1e",
        "k1ll myself",
        "म\u200dर\u200d जा\u200dना चाहती हूं",
    ):
        assert hear(words) == Said(Command.SELF_HARM), words


def test_understanding_is_quick() -> None:
    """A text of 200 letters, ten choices and 80 names take about a millisecond at the very most."""
    text = ("he said he would post my picture on some site and tell my family about it unless i pay him more " * 3)[:200]
    offers = [Offer(n, (f"A label of common length {n}", f"Short {n}", f"Other word {n}")) for n in range(1, 11)]
    times = []
    for _ in range(50):
        begun = perf_counter()
        hear(text, *offers)
        times.append(perf_counter() - begun)
    assert min(times) < 0.002


def test_a_flood_of_words_is_bearable() -> None:
    """The longest text a chat can carry, made to be slow, takes well under a second."""
    begun = perf_counter()
    hear("want to i " * 1600)
    assert perf_counter() - begun < 1
