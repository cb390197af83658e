"""Built-in effects of Songwright."""
