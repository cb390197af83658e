"""Built-in voices of Songwright."""
