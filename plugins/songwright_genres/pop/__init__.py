"""Pop: the style as tables (band, forms, harmony, grooves) and as players (patterns)."""
