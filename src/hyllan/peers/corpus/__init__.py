"""
A whole region's catalogue with the dirt of real files, and what truly belongs together beside it.

Owns: `hyllan synthetic-catalogue`: invented works, their editions, how libraries catalogue them.
Must not: let a record say which cluster it is of in any way that real files do not.
Start at: distributions.py for how much of what, families.py for what there is, docs/algorithms/
corpus.md for where the shares come from.
"""
