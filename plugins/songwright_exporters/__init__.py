"""Built-in exporters of Songwright."""
