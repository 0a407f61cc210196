"""
The demo's shelf: real titles spread over a region's libraries, as MARC 21 with local differences.

Start at: `titles.py` for what stands in titles.tsv, `stock.py` for who has what, `files.py`.
"""
