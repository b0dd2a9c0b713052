"""Reports: the sums, what is hidden, the closing of a month, who reads what."""
