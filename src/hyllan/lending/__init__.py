"""
A patron request from wish to return.

Owns: patron requests, their one table of states, sourcing, connectors to library systems, worklists.
Must not: read another room's tables but by its queries, or talk to a system outside the outbox.
Start at: engine/lifecycle.py, then services.py.
"""
