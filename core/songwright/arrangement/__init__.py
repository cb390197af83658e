"""From a project to sections, chords and notes."""
