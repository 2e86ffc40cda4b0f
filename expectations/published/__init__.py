"""One suite a published table; each names its table and the key that failures show."""
