"""Rows of cells under a header: workbooks and separated text."""
