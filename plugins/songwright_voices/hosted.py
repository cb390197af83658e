"""What voices on servers have in common: a key from the environment and an address."""

from __future__ import annotations

import os
from typing import ClassVar
from urllib.parse import urlsplit

from songwright.interfaces.voice import Voice, VoiceUnavailableError


class HostedVoice(Voice):
    """A voice on a server. The key is read when it is needed and is part of no name, log, cache or message."""

    online = True
    deterministic = False
    languages = ("*",)
    workers: ClassVar[int] = 4
    midi_range = (48, 72)
    #: The environment variable that holds the key.
    key_name: ClassVar[str]
    #: Where the provider itself is; servers elsewhere may work without a key.
    home: ClassVar[str]

    def available(self) -> str:
        """What is missing, if anything."""
        parts = urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return f"base_url {self.address!r} is not an address: write one such as {self.home}"
        if parts.username or parts.password:
            return f"base_url holds a password: put it into {self.key_name} instead"
        if not self.key() and self.address == self.home:
            return f"no key: set {self.key_name} in the environment"
        return ""

    @property
    def address(self) -> str:
        """The server's address without a slash at its end."""
        return str(self.params.base_url or self.home).rstrip("/")

    def key(self) -> str:
        """The key, or nothing."""
        return os.environ.get(self.key_name, "").strip()

    def require(self) -> None:
        """Raise when it cannot work."""
        if missing := self.available():
            raise VoiceUnavailableError(missing, voice=self.name)
