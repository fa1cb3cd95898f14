"""What a person wrote or where they can be reached: held for one turn, never shown."""

from typing import Generic, NoReturn, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Private(Generic[T_co]):
    """A value that cannot be printed, formatted, pickled, copied or used as a key.

    Only `reveal` gives it back, and a test names the few files that may call it (DESIGN §4).
    A stray log line or traceback shows `<private>`.
    """

    __slots__ = ("__value",)

    def __init__(self, value: T_co) -> None:
        """Wrap `value` at the door where it comes in."""
        self.__value = value

    def reveal(self) -> T_co:
        """Give the value back, for this turn only."""
        return self.__value

    def __repr__(self) -> str:
        """Show nothing."""
        return "<private>"

    def __format__(self, spec: str) -> str:
        """Show nothing, whatever the format asks for."""
        return "<private>"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied.

        Raises:
            TypeError: always.
        """
        message = "a private value cannot be pickled or copied"
        raise TypeError(message)

    __hash__ = None  # type: ignore[assignment]
