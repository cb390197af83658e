"""From a graph to audio: blocks, threads, meters."""
