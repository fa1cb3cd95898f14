"""What happens to people when a process dies, stops, is one of several, or gets another secret."""
