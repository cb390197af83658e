"""Built-in instruments of Songwright."""
