"""What the pages' forms accept. Shape only: what is allowed is said by the slices."""
