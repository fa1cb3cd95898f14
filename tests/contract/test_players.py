"""What holds on every channel, whatever the story."""

from bot.content.library import Library
from bot.content.phrases import Phrase
from tests.conftest import ROOT

from .player import Player, one_line
from .story import FAREWELL, Map, Story, do


async def test_the_first_screen(player: Player, library: Library, known: Map) -> None:
    """The first screen is the first step, with every language by its own name and all six controls."""
    await player.open()
    assert known.where(player.text, player.channel) == {library.book.start}
    assert player.choices == tuple(language.name for language in library.languages.values())
    assert len(player.controls) == 6
    await player.close()


async def test_a_number_and_a_label_are_one(player: Player, known: Map) -> None:
    """Pressing the first choice, typing its number in two scripts, and typing its label lead to the same screen."""
    await player.open()
    texts = []
    for number in ("1", "१", player.choices[0]):
        await player.type(number)
        texts.append(player.text)
        await player.press("Back")
    await player.press(1)
    assert {*texts} == {player.text}
    await player.close()


async def test_words_that_nobody_understands(player: Player, library: Library) -> None:
    """Words without a meaning keep the screen, with a gentle line above it, and are not repeated."""
    await player.open()
    text, choices = player.text, player.choices
    await player.type("zxqv wertz <b>&amp;</b>")
    assert player.text == one_line(f"{library.phrases[Phrase.HINT_UNCLEAR].english} {text}")
    assert player.choices == choices
    assert "wertz" not in player.text
    await player.close()


async def test_words_that_nobody_understands_on_the_way(player: Player, library: Library, known: Map) -> None:
    """So it is on every screen of a story, however long, in whatever form: nothing that was said or offered is lost."""
    hint = library.phrases[Phrase.HINT_UNCLEAR].english
    await player.open()
    for act in Story.read(ROOT / "tests/walks/anywhere/danger_in_the_middle_and_back.yaml").acts:
        if act.kind == "press":
            refs, text = known.where(player.text, player.channel), player.text
            choices = known.whole(refs, player.choices)
            await player.type("zxqv wertz")
            assert player.text == one_line(f"{hint} {text}")
            assert known.whole(refs, player.choices) == choices
        if act.kind in {"press", "type"}:
            await do(act, player, known)
    await player.close()


async def test_leaving(player: Player, known: Map) -> None:
    """Leaving shows the last line of the channel, and nothing is left to press."""
    await player.open()
    await player.press(1)
    await player.leave()
    assert known.where(player.text, player.channel) == {FAREWELL}
    assert player.choices == player.controls == ()
    await player.close()


async def test_help_is_one_tap_away(player: Player, known: Map) -> None:
    """Danger, a person, the menu and the language are one tap away, and Back comes exactly back."""
    await player.open()
    await player.press(1)
    here = player.text
    for control in player.controls:
        if control not in {"Back", "Leave now"}:
            await player.press(control)
            journeys = {ref.partition(".")[0] for ref in known.where(player.text, player.channel)}
            assert journeys & {"danger", "person", "menu", "language"}
            await player.press("Back")
            assert player.text == here
    await player.close()


async def test_the_words_of_a_control_are_the_control(player: Player) -> None:
    """Typing the words of a control leads where pressing it does: some phones and screen readers can only type (R73)."""
    await player.open()
    await player.press(1)
    for control in player.controls:
        if control not in {"Back", "Leave now"}:
            await player.press(control)
            pressed = player.text
            await player.press("Back")
            await player.type(control)
            assert player.text == pressed
            await player.press("Back")
    await player.close()
