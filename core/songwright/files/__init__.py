"""From audio and arrangement to files that appear whole or not at all."""
