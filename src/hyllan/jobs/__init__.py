"""
The database-backed queue, timer and outbox, and the log of every message exchanged.

Owns: what must leave (outbox) and when (timer), retries with backoff, the worker that does both.
Must not: know what a message means; rooms subscribe to topics and deliver.
Start at: services.py; the worker is config/management/commands/work.py.
"""
