"""Rules of orders, sessions and rounds that need no database."""
