"""
The vans: network, timetable, crates and the driver's round.

Owns: loops, hub exchanges, earliest arrival, crates with their contents and scans.
Must not: know patron requests; it tells of crates by domain events.
Start at: engine/timetable.py, then services/.
"""
