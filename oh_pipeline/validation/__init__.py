"""Fragments to typed columns and issues: fields, codes, rules, schemas."""
