"""One HTTP request with a hard end: nothing here takes longer than its time-out.

The standard library's time-outs hold for each read, so that a server that sends a byte a second can
keep a caller for ever. Here every read is given what is left of the whole.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from songwright.interfaces.voice import VoiceBusyError, VoiceError, VoiceRefusedError

LIMIT_BYTES = 200 << 20  # of an answer
_CHUNK = 64 << 10
_GLANCE_S = 0.05  # between looks at whether to stop
_SHOWN = 200  # characters of a server's complaint


@dataclass(frozen=True)
class Answer:
    """A whole answer with status 200."""

    kind: str  # media type, lower case, without parameters
    body: bytes
    rate_hz: int | None = None  # the media type's parameter "rate", of raw samples


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout_s: float,
    voice: str,
    secret: str = "",
    cancel: threading.Event | None = None,
) -> Answer:
    """Send ``body`` and wait for the whole answer. Redirections are not followed: they could lead the key astray.

    Args:
        url: http or https.
        body: what to send.
        headers: as they are sent, the key among them.
        timeout_s: for everything together.
        voice: the provider's name, for errors.
        secret: the key: blotted out of everything that a message could show.
        cancel: once it is set, the connection is cut.

    Raises:
        VoiceRefusedError: the server will not (statuses 400 to 499).
        VoiceBusyError: out of reach, too slow, overloaded (429) or broken (500 to 599).
        VoiceError: the answer was cut off or is no answer.
    """
    deadline = time.monotonic() + timeout_s
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=timeout_s)
    done = threading.Event()
    if cancel is not None:
        threading.Thread(target=_cut_when, args=(cancel, done, connection), daemon=True).start()
    try:
        connection.request("POST", f"{parts.path}?{parts.query}" if parts.query else parts.path, body, dict(headers))
        _leave(connection, deadline)
        response = connection.getresponse()
        content = _read(connection, response, deadline)
    except TimeoutError as error:
        raise VoiceBusyError(f"did not answer within {timeout_s:g} s", voice=voice) from error
    except (http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
        raise VoiceError("the connection was cut before the answer was whole", voice=voice) from error
    except http.client.HTTPException as error:
        raise VoiceError(f"did not answer in HTTP ({type(error).__name__})", voice=voice) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise VoiceBusyError(f"cannot be reached at {parts.hostname}: {reason}", voice=voice) from error
    finally:
        done.set()
        connection.close()
    if response.status != 200:
        raise _refusal(response, content, voice, secret)
    rate = response.headers.get_param("rate")
    rate_hz = int(rate) if isinstance(rate, str) and rate.isdecimal() else None
    return Answer(response.headers.get_content_type().lower(), content, rate_hz)


def _cut_when(cancel: threading.Event, done: threading.Event, connection: http.client.HTTPConnection) -> None:
    """Cut the connection when ``cancel`` is set before ``done``."""
    while not done.is_set():
        if cancel.wait(_GLANCE_S):
            with contextlib.suppress(OSError, AttributeError):  # it may be gone, or not there yet
                connection.sock.shutdown(socket.SHUT_RDWR)
            if done.wait(_GLANCE_S):
                return


def _leave(connection: http.client.HTTPConnection, deadline: float) -> None:
    """Give the socket what is left of the time."""
    left_s = deadline - time.monotonic()
    if left_s <= 0.0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left_s)


def _read(connection: http.client.HTTPConnection, response: http.client.HTTPResponse, deadline: float) -> bytes:
    whole = bytearray()
    while True:
        _leave(connection, deadline)
        part = response.read1(_CHUNK)
        whole += part
        if len(whole) > LIMIT_BYTES:
            raise http.client.HTTPException("the answer is too long")
        if not part:
            break
    missing = response.length
    if missing:
        raise http.client.IncompleteRead(bytes(whole), missing)
    return bytes(whole)


def _refusal(response: http.client.HTTPResponse, content: bytes, voice: str, secret: str) -> VoiceError:
    status = response.status
    said = " ".join(content.decode("utf-8", "replace").split())
    if secret:
        said = said.replace(secret, "…")
    said = said[:_SHOWN]
    if status == 429 or status >= 500:
        words = "asks for patience" if status == 429 else "is out of order"
        return VoiceBusyError(f"{words} (status {status}): {said}", voice=voice, retry_after_s=_retry_after(response))
    if status in (401, 403):
        return VoiceRefusedError(f"does not accept the key (status {status}): {said}", voice=voice, status=status)
    if 300 <= status < 400:
        host = urlsplit(response.headers.get("Location", "")).hostname or "elsewhere"
        message = f"sends us to {host} (status {status}), which is not followed: write the address itself as base_url"
        return VoiceRefusedError(message, voice=voice, status=status)
    if 400 <= status < 500:
        return VoiceRefusedError(f"refuses (status {status}): {said}", voice=voice, status=status)
    return VoiceError(f"gave status {status} instead of speech", voice=voice)


def _retry_after(response: http.client.HTTPResponse) -> float | None:
    try:
        return max(float(response.headers.get("Retry-After", "")), 0.0)
    except ValueError:
        return None
