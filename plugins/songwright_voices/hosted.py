"""What voices on servers have in common: a key from the environment, an address, and one way to ask."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from songwright.interfaces.voice import Request, Voice, VoiceRefusedError, VoiceUnavailableError

if TYPE_CHECKING:
    from songwright_voices.http import Answer


class HostedVoice(Voice):
    """A voice on a server. The key is read when it is needed and is part of no name, log, cache or message.

    A project may name any address: so that a stranger's project cannot send the user's key to a stranger's server,
    the key goes only to the provider itself and to the address that the environment names.
    """

    online = True
    deterministic = False
    languages = ("*",)
    workers: ClassVar[int] = 4
    midi_range = (48, 72)
    #: The environment variable that holds the key.
    key_name: ClassVar[str]
    #: The environment variable that holds another address which the key may be sent to.
    address_name: ClassVar[str]
    #: Where the provider itself is; servers elsewhere may work without a key.
    home: ClassVar[str]

    def available(self) -> str:
        """What is missing, if anything."""
        parts = urlsplit(self.address)
        try:
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            sound = False
        if parts.username or parts.password:
            return f"base_url holds a password: put it into {self.key_name} instead"
        if not sound:
            return f"base_url {self.address!r} is not an address: write one such as {self.home}"
        if not os.environ.get(self.key_name, "").strip() and _origin(self.address) == _origin(self.home):
            return f"no key: set {self.key_name} in the environment"
        return ""

    @property
    def address(self) -> str:
        """The server's address without a slash at its end."""
        return str(self.params.base_url or os.environ.get(self.address_name, "").strip() or self.home).rstrip("/")

    def fingerprint(self) -> str:
        """The address is a part of it, wherever it was written."""
        return f"{super().fingerprint()}/{self.address}"

    def key(self) -> str:
        """The key for the address, or nothing."""
        trusted = {_origin(self.home), _origin(os.environ.get(self.address_name, "").strip())}
        return os.environ.get(self.key_name, "").strip() if _origin(self.address) in trusted else ""

    def ask(self, path: str, wish: Mapping[str, Any], headers: Mapping[str, str], request: Request) -> Answer:
        """Send a wish as JSON and wait for the whole answer.

        Raises:
            VoiceError: and its kinds, as :func:`songwright_voices.http.post` says.
        """
        if missing := self.available():
            raise VoiceUnavailableError(missing, voice=self.name)
        sent = {"Content-Type": "application/json", **headers}
        body = json.dumps(wish).encode()
        try:
            from songwright_voices.http import post  # here: HTTP brings all of TLS with it

            return post(
                f"{self.address}{path}", body, sent, request.timeout_s, self.name, self.key(), cancel=request.cancel
            )
        except VoiceRefusedError as error:
            if error.status not in (401, 403) or self.key() or not os.environ.get(self.key_name):
                raise
            message = (
                f"wants a key (status {error.status}); {self.key_name} is sent only to {self.home} and to the address "
                f"in {self.address_name}: set {self.address_name}={self.address} if you trust it"
            )
            raise VoiceRefusedError(message, voice=self.name, status=error.status) from error


def _origin(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    parts = urlsplit(address)
    try:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        port = None
    return parts.scheme, parts.hostname or "", port
