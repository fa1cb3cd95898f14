"""Words between people and helpers: what the relay adds, within one process and across two, beside bare queues and pub/sub."""
