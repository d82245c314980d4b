"""Zip containers: their limits, and delivered archives unpacked."""
