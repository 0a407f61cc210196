"""
Who and where: organisations, libraries, opening and closed days, calendar, people, roles, audit.

Owns: the region folder's organisations, libraries and days; people with their roles; the audit log.
Must not: know catalogues, vans or requests.
Start at: engine/roles.py for who may, services/ for load_region, queries.py for reads.
"""
