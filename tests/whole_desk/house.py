"""Real processes of the guide between people and helpers: a bot of its own for each side, a page for each side."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.canary.rooms import DHAAL, Server, serving
from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.forum_group import ForumGroup

from .helpers import PASSWORD, Helper, invited, until

SECRET: Final = "a secret that is only for tests!"  # noqa: S105 - guards nothing
GROUP: Final = -1001234567890
ON_DUTY: Final = "On duty: {}."


@dataclass
class House:
    """Two bots at one Bot API, a group of helpers, and the folder in which helpers' accounts stand."""

    folder: Path
    api: BotApi
    desk: BotApi
    group: ForumGroup
    asha: dict[str, Any] = field(init=False)
    helpers: list[Helper] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Let a helper join the group, and make the folder."""
        self.asha = self.group.join(7100001, "Asha")
        (self.folder / "desk").mkdir(parents=True)

    @property
    def accounts(self) -> Path:
        """Name the file of the helpers."""
        return self.folder / "desk/agents.json"

    @property
    def people(self) -> dict[str, str]:
        """Give the settings of a process that people come to."""
        return {"DHAAL_TELEGRAM_TOKEN": self.api.token, "DHAAL_WEB": "on"}

    @property
    def page(self) -> dict[str, str]:
        """Give the settings of the web desk."""
        return {"DHAAL_DESK_ACCOUNTS": str(self.accounts)}

    @property
    def topics(self) -> dict[str, str]:
        """Give the settings of the desk in the group."""
        return {"DHAAL_TELEGRAM_DESK_TOKEN": self.desk.token, "DHAAL_TELEGRAM_DESK_GROUP": str(GROUP)}

    @contextmanager
    def serves(self, name: str, *given: dict[str, str], program: Sequence[str] = DHAAL, **more: str) -> Iterator[Server]:
        """Run a process with some settings."""
        environ = {"DHAAL_SECRET": SECRET, "DHAAL_TELEGRAM_API": self.api.url}
        for some in given:
            environ |= some
        with serving(self.folder / name, program, **environ | more) as server:
            yield server
            for helper in self.helpers:
                if helper.server is server:
                    helper.hang_up()

    def helper(self, server: Server, name: str = "asha", password: str = PASSWORD) -> Helper:
        """Invite somebody, and let them sit down at the web desk."""
        environ = server.room.environ(DHAAL_SECRET=SECRET, **self.page)
        helper = Helper(server, name, password)
        self.helpers.append(helper)
        helper.join(invited(name, environ, self.folder))
        until(lambda: helper.events("queue"), what="The queue on the page")
        return helper

    def duty(self) -> None:
        """Let the helper in the group be on duty."""
        self.group.tap(self.asha, None, "On duty")
        self.group.wait_in(None, ON_DUTY.format(1))

    def topic(self, but: Collection[int] = ()) -> int:
        """Wait for the topic of somebody who waits, which is none of those that were there before."""
        found: list[int] = []

        def look() -> bool:
            fresh = self.group.topics().keys() - set(but)
            found[:] = [number for number in fresh if len(self.group.inside(number)) > 1]
            return bool(found)

        self.group.wait_until(look)
        return found[-1]

    def take(self, but: Collection[int] = ()) -> int:
        """Take whoever waits, in the group."""
        thread = self.topic(but)
        assert "You have person" in self.group.tap(self.asha, thread, "Take")
        return thread

    def end(self, thread: int) -> None:
        """End a talk in the group."""
        assert "once more" in self.group.tap(self.asha, thread, "End")
        self.group.tap(self.asha, thread, "End")

    def shown(self) -> str:
        """Give all that the group shows: names of topics, and messages in them and in General."""
        said = [message.text for message in self.group.see()]
        return "\n".join([*self.group.topics().values(), *said])


@contextmanager
def housed(folder: Path, *, judging: bool = True) -> Iterator[House]:
    """Build a house; whatever was done there, no call broke Telegram's rules."""
    with serving_bot_api(judging=judging) as api:
        desk = api.another()
        yield House(folder, api, desk, desk.forum(GROUP))
        assert api.complaints == []
        assert desk.complaints == []
