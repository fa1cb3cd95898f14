"""What the guide would say: whether its facts are fresh, and its languages read by somebody."""

from collections.abc import Iterator
from datetime import date

from bot.content.library import Library


def look(library: Library, today: date) -> Iterator[str]:
    """Look at the facts and the catalogues as they are today."""
    ages = [proof.age(today) for _, proof in library.proofs()]
    if min(ages, default=0) < -1:
        yield "This machine's clock is earlier than the newest check of the content: opening hours will be wrong. Set it."
    stale = sum(proof.old(today, library.shelves[proof.kind]) for _, proof in library.proofs())
    if stale:
        yield f"{stale} facts were not checked for so long that they show as doubtful. See `dhaal facts --stale`."
    for language in library.languages.values():
        if not language.reviewed:
            yield (
                f"No native speaker has reviewed the catalogue {language.tag}, and the guide says so. "
                "docs/add-a-language.md tells how a review is done."
            )
