"""Stored files: rows about them, and their bytes in a folder, each under the hash of its content."""
