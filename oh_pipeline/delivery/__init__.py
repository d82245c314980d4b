"""What goes out to people: returned workbooks, exports, samples. Nothing here reads a source file or judges a record."""
