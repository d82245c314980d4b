"""Text fragments: `**Label**: value`, a field a line, one fragment a file or a million."""
