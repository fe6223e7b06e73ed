"""The shared look: layout, components, template tags and browser modules."""
