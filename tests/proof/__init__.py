"""Harnesses that measure what the project promises: `make prove` runs each at length, the tests a tenth or less of it.

Those that need many runs of the real `oh` are tried in short by `pytest -m proof`, with which `make prove` begins.

A harness is a module here that names its promises in `PROOFS`; nothing else lists them.
"""
