"""What people see of a command in the terminal: results on stdout, progress on stderr. Nothing is computed here."""
