"""The contracts between the core and its plugins: one file a kind."""
