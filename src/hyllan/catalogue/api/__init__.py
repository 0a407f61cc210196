"""
The JSON API (docs/wire.md): search, one record, suggestions. Reads only; who asks is not asked.

Answers are written by orjson straight from what `queries` gives: `shapes.py` says what they look
like to those who read the OpenAPI description, and the tests hold every answer against it.
"""

from hyllan.catalogue.api.doors import api as api

__all__ = ["api"]
