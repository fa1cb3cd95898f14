"""WhatsApp's webhook under load: signed webhooks at a steady rate, thousands of people, and a slow Graph API."""
