"""Ways in: what a reader does, and what staff does with an item in hand."""
