"""Where people take over. Desks are strangers to one another."""
