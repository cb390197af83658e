"""Signal processing on arrays. Imports nothing of ours outside itself."""
