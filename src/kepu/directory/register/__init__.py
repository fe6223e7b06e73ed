"""The register: regions, organisations, persons, roles and tokens (app label `directory`)."""
