"""The second person's key: what one person asks for takes effect when another approves."""
