"""
Pretend library systems that speak the real protocols, and the crew that plays a day for the demo.

Owns: the pretend systems with stock, patrons and loans of their own; the demo's shelf; the demo.
Must not: be reached by hyllan in any other way than over the wire; run in production.
Start at: system.py for one pretend system, story.py and crew.py for the demo's round.
"""
