"""What a group with topics knows beside its messages: topics, members, what its bot may do, what is pinned."""

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from tests.peers.answers import bad

Json: TypeAlias = dict[str, Any]

MAY: Final = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_send_welcome_messages", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
NEEDED: Final = {"can_manage_topics", "can_delete_messages", "can_pin_messages"}
GONE: Final = "TOPIC_ID_INVALID"


@dataclass(slots=True, eq=False)
class ForumTopic:
    """One topic."""

    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(slots=True, eq=False)
class Forum:
    """The rest of a group. `rights` are the bot's, if it is an administrator; `reactions` tells whether members may react."""

    is_forum: bool = True
    status: str = "administrator"
    rights: set[str] = field(default_factory=lambda: set(NEEDED))
    topics: dict[int, ForumTopic] = field(default_factory=dict)
    members: dict[int, str] = field(default_factory=dict)
    reactions: bool = True
    protected: bool = True
    username: str | None = None
    pinned: int | None = None

    def topic(self, number: object, reason: str = GONE) -> ForumTopic:
        """Find a topic that is there.

        Raises:
            RefusedError: with the reason, if it is not.
        """
        found = self.topics.get(number) if isinstance(number, int) else None
        if found is None or found.deleted:
            bad(reason)
        return found

    def need(self, right: str, what: str) -> None:
        """Hold the bot to its rights.

        Raises:
            RefusedError: if it may not do something.
        """
        if self.status != "administrator" or right not in self.rights:
            bad(f"not enough rights to {what}")

    def member(self, user: Json) -> Json:
        """Describe the bot, or a member, as Telegram does."""
        status = self.status if user["is_bot"] else self.members.get(user["id"], "left")
        more = {right: right in self.rights for right in MAY} if status == "administrator" else {}
        return {"user": user, "status": status, **more, **({"until_date": 0} if status == "kicked" else {})}
