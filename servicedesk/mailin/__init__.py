"""The door for letters: reads mailboxes, takes mail apart, decides which action it asks for, calls that one."""
