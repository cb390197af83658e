"""Pure musical values: pitch, scale, chord, time, notes. Nothing here knows of projects or audio."""
