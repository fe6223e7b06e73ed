"""What enterprises need (企业需求): a technical problem or a training gets experts and a class, and what workers propose is followed to its result."""
