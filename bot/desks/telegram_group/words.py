"""What this desk says to helpers, in one place. `{}` is filled in. A helpline's people read English here."""

from typing import Final

TITLE: Final = "Person {}"
TAKE: Final = "Take"
PASS: Final = "Pass on"  # noqa: S105 - a button
READ: Final = "Read along"
CARD: Final = "Suggest next card"
END: Final = "End"
BLOCK: Final = "Block"
SEND: Final = "Send this card"
CARDS: Final = "Other cards"
ON: Final = "On duty"
OFF: Final = "Off duty"
FULL: Final = "No room now"
ROOM: Final = "We have room again"

# The first message of a topic
SINCE: Final = "Person {}. Waiting since {} UTC."
NOTHING: Final = "They chose to show nothing about themselves."
UNTOLD: Final = "not told"
WAITS: Final = "Nobody has this person yet. Whoever presses Take first does."
HELD: Final = (
    "{} has this person. What {} writes in this topic reaches them, text only. It cannot be taken back: the person keeps "
    "what you change or delete here. What others write in this topic stays here."
)
READERS: Final = "A second helper reads along: {}. The person was told."

# Under a helper's message
ARRIVED: Final = "👍"
LATE: Final = "This did not reach the person. Please send it again."
TEXT_ONLY: Final = "Only text reaches the person. This did not."
NOT_SENT: Final = "This was not sent: the talk may be over."
EDITED: Final = "The person does not see that you changed this. What was sent cannot be taken back."
NOT_TAKEN: Final = "This did not reach the person. Press Take first."
NOT_YOURS: Final = "This stays here. Only what {} writes reaches the person."
HIDDEN: Final = "You write as the group, so nobody can tell who you are, and this was not sent. Turn off Remain Anonymous."

# Answers to buttons
FIRST_DUTY: Final = "Press On duty first, in the pinned message of General."
MEMBERS_ONLY: Final = "Only members of this group can be on duty."
TAKEN: Final = "You have person {}. What you write in this topic reaches them."
TOO_LATE: Final = "Somebody else was faster, or the person left."
HAS: Final = "{} has this person."
HOLDER_ONLY: Final = "Only the helper who has this person can do that."
YOURS: Final = "You have this person yourself."
PASSED: Final = "They wait again, for whoever is free."
SURE_END: Final = "Press End once more to end the talk with person {}. All that was said is deleted."
SURE_BLOCK: Final = "Press Block once more to end the talk with person {}. They cannot ask again for an hour."
ENDING: Final = "The talk is over. This topic goes in a moment."
READING: Final = "The person is told that you read along."
READ_OFF: Final = "You do not read along any more."
GONE: Final = "That is over."
NO_CARD: Final = "Too little is known for a card."
CARD_ASK: Final = "The guide would say one of these next. Press one to read it first."
CARD_GOES_ON: Final = "… The card goes on. All of it is sent."
CARD_SENT: Final = "The card is on its way, in the person's language."
WELCOME: Final = "You are on duty until {} UTC at the latest."
LEFT_DUTY: Final = "You are off duty."
BUSY: Final = "You still have person {}. End that talk, or pass it on."
CLOSED: Final = "The desk cannot open yet. The pinned message says why."
ROOM_OFF: Final = "New people are told that nobody is free."
ROOM_ON: Final = "New people can ask again."
DOWN: Final = "That did not work just now. Please try again."

# Why a topic goes
WHY: Final = {
    "handoff_ended": "The helper ended the talk.",
    "handoff_stopped": "The person ended the talk.",
    "handoff_nobody": "The person has waited too long, and was shown who else can help.",
    "handoff_broken": "The line to the person broke. They were told.",
    "handoff_silent": "Nothing was said for long, so the talk is over.",
    "handoff_blocked": "The talk is over. The person cannot ask again for an hour.",
}
ELSEWHERE: Final = "The person is with another desk, or has left."
GOING: Final = "{} This topic is deleted now."

# General
BOARD: Final = (
    "Helpers' desk\n\n"
    "On duty: {}. Waiting: {}. Talks: {}.{}\n\n"
    "Press On duty, and keep this group's notifications on. Each person who waits gets a topic of their own.\n\n"
    "Telegram keeps what is said here until the topic is deleted, which this bot does when a talk ends. "
    "Every member of this group can read every topic while it lasts. "
    "Do not save, print or forward what a person tells you. Do not write their number or their words anywhere else."
)
BOARD_FULL: Final = " There is no room for more now."
SHUT: Final = "The desk is closed, and people are not sent here. What is missing:\n\n{}"
STOPPED: Final = "The desk has stopped. Nobody is on duty, and people are not sent here."
NOT_DELETED: Final = (
    'The topic "Person {}" could not be deleted, so what was said still stands there. Delete it by hand now. '
    'Then give this bot the right "Delete messages": group settings, Administrators.'
)

# What the group needs
NO_FORUM: Final = "This group has no topics. Turn them on: group settings, Topics."
PUBLIC: Final = "This group is public, so everybody can read it. Make it private: group settings, Group Type."
NO_ADMIN: Final = "This bot is no administrator. Make it one: group settings, Administrators."
NO_TOPICS: Final = 'This bot may not manage topics. Give it the right "Manage topics": group settings, Administrators.'
NO_DELETE: Final = 'This bot may not delete messages. Give it the right "Delete messages": group settings, Administrators.'
NO_PIN: Final = 'This bot may not pin its message. Give it the right "Pin messages": group settings, Administrators.'
SAVING: Final = (
    "Members can forward and save what is said here. Restrict it: group settings, Group Type, Restrict saving content."
)

# To the operator
NO_BOT: Final = "Telegram does not know this DHAAL_TELEGRAM_DESK_TOKEN. Copy it again from @BotFather, who also makes new ones."
NO_GROUP: Final = (
    "The helpers' bot does not find the group of DHAAL_TELEGRAM_DESK_GROUP. Add the bot to the group, "
    "and copy the group's number: it begins with -100."
)
OUT: Final = "The helpers' bot is not in its group. Add it again, and make it an administrator."
UNREACHED: Final = "Telegram cannot be reached, so the helpers' bot was not looked at. Let this machine call it, and try again."
