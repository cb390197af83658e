"""Built-in progressions of Songwright."""
