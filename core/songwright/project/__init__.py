"""The project: a YAML file read, merged with its genre's defaults, checked, as one frozen value."""
