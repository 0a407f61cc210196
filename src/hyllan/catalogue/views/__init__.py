"""Ways in: readers search and look at a title; administrators look after sources."""
