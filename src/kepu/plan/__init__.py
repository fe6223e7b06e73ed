"""The plan room (规划监测), a family of apps: what was promised, and who says how it stands."""
