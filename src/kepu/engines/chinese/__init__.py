"""Chinese text, the lowest engine: folding of characters, numerals."""
