"""
Codecs only: bytes in, frozen dataclasses out, and back.

Owns: marc, oai_pmh, sru, ncip.
Must not: open a socket, ask a clock or import Django.
Start at: the package of the protocol; each says which standard and clause it follows.
"""
