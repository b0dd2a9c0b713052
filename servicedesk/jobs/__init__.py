"""The door for time: what happens by itself, found as rows and done by actions."""
