"""The karaoke video: words that light up as they are sung, over the mix.

::

    plan ─▶ lines in time and rows (staging) ─▶ sprites (lettering) ─▶ frames (painter) ─▶ a film (encoder)
"""
