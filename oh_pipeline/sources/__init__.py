"""One module a format: bytes to fragments with their location."""
