"""From an arrangement to a graph of sources, effects, buses, sends and returns."""
