"""The songs that ship with Songwright."""
