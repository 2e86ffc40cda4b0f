"""One suite an entity of the input contract; each names its entity and the key that failures show."""
