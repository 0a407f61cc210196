"""
A patron request from wish to return.

Owns: patron requests, their one table of states, sourcing, connectors, worklists.
Must not: read another room's tables but by its queries; tell a system but through the outbox.
Start at: engine/lifecycle.py, then services/.
"""
