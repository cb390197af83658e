"""Built-in genres of Songwright."""
