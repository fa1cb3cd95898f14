"""The peer's groups with topics behave as Telegram's do, as far as bots have met them."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from telegram import Bot, ReplyParameters
from telegram.error import BadRequest

from tests.peers.bot_api import BotApi, serving_bot_api
from tests.peers.forum_group import ForumGroup

GROUP = -1001234567890


@pytest.fixture(scope="module")
def api() -> Iterator[BotApi]:
    """Serve the Bot API."""
    with serving_bot_api() as api:
        yield api


@pytest.fixture
def group(api: BotApi) -> ForumGroup:
    """Open a new group."""
    return api.forum(GROUP)


@pytest.fixture
def bot(api: BotApi) -> Bot:
    """Give a bot of the library that the desk uses."""
    return Bot(api.token, f"{api.url}/bot")


async def refusal(call: Any) -> str:  # noqa: ANN401 - any call
    """Give what a call is refused with."""
    with pytest.raises(BadRequest) as error:
        await call
    return error.value.message


async def test_a_topic_lives_and_goes_with_its_messages(bot: Bot, group: ForumGroup) -> None:
    """A topic is made, written into, closed, and deleted with all its messages; then it is not found any more."""
    async with bot:
        thread = (await bot.create_forum_topic(GROUP, "One")).message_thread_id
        sent = await bot.send_message(GROUP, "inside", message_thread_id=thread)
        assert (sent.message_thread_id, sent.is_topic_message) == (thread, True)
        await bot.send_message(GROUP, "general")
        assert await bot.close_forum_topic(GROUP, thread)
        assert await refusal(bot.close_forum_topic(GROUP, thread)) == "Topic_not_modified"
        assert await bot.delete_forum_topic(GROUP, thread)
        assert [message.text for message in group.see()] == ["general"]
        assert await refusal(bot.send_message(GROUP, "late", message_thread_id=thread)) == "Message thread not found"
        assert await refusal(bot.delete_forum_topic(GROUP, thread)) == "Topic_id_invalid"


@pytest.mark.parametrize(
    ("right", "words"),
    [("can_manage_topics", "create a topic"), ("can_delete_messages", "delete the topic"), ("can_pin_messages", "pinned")],
)
async def test_rights_are_held(bot: Bot, group: ForumGroup, right: str, words: str) -> None:
    """What an administrator may not do is refused."""
    async with bot:
        thread = (await bot.create_forum_topic(GROUP, "One")).message_thread_id
        sent = await bot.send_message(GROUP, "hello")
        group.forum.rights.discard(right)
        calls: dict[str, Callable[[], Awaitable[object]]] = {
            "can_manage_topics": lambda: bot.create_forum_topic(GROUP, "Two"),
            "can_delete_messages": lambda: bot.delete_forum_topic(GROUP, thread),
            "can_pin_messages": lambda: bot.pin_chat_message(GROUP, sent.message_id),
        }
        assert words in await refusal(calls[right]())
        me = await bot.get_chat_member(GROUP, bot.id)
        assert getattr(me, right) is False


async def test_a_group_without_topics_has_none(bot: Bot, group: ForumGroup) -> None:
    """Where topics are off, none can be made, and the group says so."""
    group.forum.is_forum = False
    async with bot:
        assert await refusal(bot.create_forum_topic(GROUP, "One")) == "The chat is not a forum"
        assert not (await bot.get_chat(GROUP)).is_forum


async def test_members_pins_and_reactions(bot: Bot, group: ForumGroup) -> None:
    """Members are told from strangers; a pinned message is found; a reaction stands where it was put."""
    asha = group.join(71, "Asha")
    async with bot:
        assert (await bot.get_chat_member(GROUP, 71)).status == "member"
        group.leave(asha)
        assert (await bot.get_chat_member(GROUP, 71)).status == "left"
        assert "Participant_id_invalid" in await refusal(bot.get_chat_member(GROUP, 72))
        sent = await bot.send_message(GROUP, "pinned")
        await bot.pin_chat_message(GROUP, sent.message_id)
        pinned = (await bot.get_chat(GROUP)).pinned_message
        assert pinned is not None
        assert pinned.message_id == sent.message_id
        await bot.set_message_reaction(GROUP, sent.message_id, "👍")
        assert group.inside(None)[-1].reactions == ["👍"]
        group.forum.reactions = False
        assert await refusal(bot.set_message_reaction(GROUP, sent.message_id, "👍")) == "Reaction_invalid"
        assert "replied not found" in await refusal(bot.send_message(GROUP, "x", reply_parameters=ReplyParameters(9)))


async def test_bots_at_one_address_do_not_share(api: BotApi, group: ForumGroup) -> None:
    """A second bot at the same address knows neither the chats nor the calls of the first."""
    other = api.another()
    async with Bot(other.token, f"{other.url}/bot") as stranger:
        assert stranger.username == "peer2424_bot"
        assert "not found" in await refusal(stranger.send_message(GROUP, "hello"))
    assert [call.method for call in other.calls] == ["getMe", "sendMessage"]
    assert group.see() == []
