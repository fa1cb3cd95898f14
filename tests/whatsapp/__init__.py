"""The WhatsApp channel, in one process."""
