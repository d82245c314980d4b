"""Harnesses that measure what the project promises: `make prove` runs each at length, the pipeline tests a tenth of it.

A harness is a module here that names its promises in `PROOFS`; nothing else lists them.
"""
