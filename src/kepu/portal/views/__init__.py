"""The portal's pages: for everyone, for signing in, and each person's own."""
