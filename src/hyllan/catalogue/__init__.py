"""
The union catalogue: harvest -> normalise -> match -> index -> search.

Owns: sources, records as sent, works, editions, items and the search index.
Must not: know requests, vans or people.
Start at: services/ for harvest and match, queries/ for search, engine/matching/ for the rules.
"""
