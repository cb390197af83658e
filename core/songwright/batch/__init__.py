"""Several songs at once: which (``sources``), by whom (``pool``), and how it went (``job``).

::

    files, folders, globs ──find──▶ Found ──jobs──▶ Job ──pool or cluster──▶ Outcome

A song that fails stops no other, a worker that is killed loses nothing.
"""
