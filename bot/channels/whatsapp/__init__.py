"""WhatsApp's Cloud API: one message for each tap, and nothing kept."""

from bot.channels.whatsapp.guide import RHYTHM, Guide
from bot.channels.whatsapp.runner import Runner

__all__ = ["RHYTHM", "Guide", "Runner"]
