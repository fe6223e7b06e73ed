"""Pure computing: arrays or text in, frozen dataclasses out."""
