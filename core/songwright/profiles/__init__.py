"""Voice profiles: what was measured of somebody's voice, kept under a name with their consent.

:mod:`~songwright.profiles.profile` is one profile and its file, :mod:`~songwright.profiles.library` the
folder they lie in. How a profile is made from a recording, and how a voice takes it on, is the singer's
business (:mod:`songwright.singing.portrait`, :mod:`songwright.singing.likeness`).
"""
