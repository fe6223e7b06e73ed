"""Search over segmented Chinese text, with the reason for every hit."""
