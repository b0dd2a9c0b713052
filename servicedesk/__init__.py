"""An internal service desk and SLA tracker. Importing the package does nothing."""
