"""What departments offer: request types with their forms."""
