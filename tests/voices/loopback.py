"""A real HTTP server on the loopback that speaks the providers' protocols, and fails as it is told."""

from __future__ import annotations

import base64
import io
import json
import socket
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import soundfile

KEY = "sk-loopback-4711-secret"
RATE = 24_000


def tone(text: str, speed: float = 1.0) -> np.ndarray:
    """As long as the text would take, 15 characters a second: pulses with a soft envelope."""
    frames = int(RATE * max(len(text), 3) / 15.0 / speed)
    time_s = np.arange(frames) / RATE
    return (0.3 * np.sin(2 * np.pi * 180.0 * time_s) * np.sin(np.pi * time_s * 3.0) ** 2).astype(np.float32)


def wav(samples: np.ndarray) -> bytes:
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return data.getvalue()


def encoded(samples: np.ndarray, kind: str) -> bytes:
    data = io.BytesIO()
    soundfile.write(data, samples, RATE, format=kind.upper())
    return data.getvalue()


def timed(text: str, share: float = 1.0) -> bytes:
    """ElevenLabs' answer: audio, and 15 characters a second."""
    samples = tone(text)
    raw = (samples[: int(len(samples) * share)] * 32767).astype("<i2").tobytes()
    alignment = {
        "characters": list(text),
        "character_start_times_seconds": [k / 15.0 for k in range(len(text))],
        "character_end_times_seconds": [(k + 1) / 15.0 for k in range(len(text))],
    }
    answer = {"audio_base64": base64.b64encode(raw).decode(), "alignment": alignment, "normalized_alignment": None}
    return json.dumps(answer).encode()


@dataclass
class Server:
    """What the server does with the next requests, and what it saw."""

    url: str = ""
    faults: list[str] = field(default_factory=list)  # one a request, then none
    always: str = ""  # a fault for every request
    locked: bool = True  # whether it wants the key
    retry_after: str = "0.01"
    elsewhere: str = ""  # where the fault "away" leads
    requests: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, seen: dict[str, Any]) -> str:
        with self.lock:
            self.requests.append(seen)
            return self.always or (self.faults.pop(0) if self.faults else "")


@contextmanager
def serving() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            wish = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fault = state.fault({"path": self.path, "headers": dict(self.headers), "wish": wish})
            body, kind = self._speech(wish, 0.05 if fault == "short" else 0.0 if fault == "empty" else 1.0)
            if (state.locked and self._key() != KEY) or fault == "key":
                return self._answer(401, json.dumps({"error": f"bad key {self._key()}"}).encode(), "application/json")
            getattr(self, f"_{fault or 'good'}")(body, kind)
            return None

        def _key(self) -> str:
            return self.headers.get("xi-api-key") or self.headers.get("Authorization", "").removeprefix("Bearer ")

        def _speech(self, wish: dict[str, Any], share: float) -> tuple[bytes, str]:
            """The whole audio, or a share of it, as the provider would wrap it."""
            if "text" in wish:
                return timed(wish["text"], share), "application/json"
            samples = tone(wish["input"], wish["speed"])
            samples = samples[: int(len(samples) * share)]
            kind = wish["response_format"]
            if kind == "pcm":
                return (samples * 32767).astype("<i2").tobytes(), f"audio/pcm;rate={RATE}"
            return (wav(samples) if kind == "wav" else encoded(samples, kind)), f"audio/{kind}"

        def _answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def _good(self, body: bytes, kind: str) -> None:
            self._answer(200, body, kind)

        def _busy(self, body: bytes, kind: str) -> None:
            self._answer(429, b"slow down", "text/plain", Retry_After=state.retry_after)

        def _broken(self, body: bytes, kind: str) -> None:
            self._answer(500, b"out of order", "text/plain")

        def _refused(self, body: bytes, kind: str) -> None:
            self._answer(400, b"no such voice", "text/plain")

        def _page(self, body: bytes, kind: str) -> None:
            self._answer(200, b"<html>please log in</html>", "text/html")

        def _noise(self, body: bytes, kind: str) -> None:
            self._answer(200, bytes(range(1, 256)) * 3, kind)

        def _cut(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self._part()

        def _hangup(self, body: bytes, kind: str) -> None:
            self._part()

        def _part(self) -> None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        def _short(self, body: bytes, kind: str) -> None:
            """Truncated audio in a well-formed answer."""
            self._answer(200, body, kind)

        _empty = _short

        def _nothing(self, body: bytes, kind: str) -> None:
            self._answer(200, b"", kind)

        def _away(self, body: bytes, kind: str) -> None:
            self._answer(307, b"", "text/plain", Location=state.elsewhere + self.path)

        def _chunked(self, body: bytes, kind: str) -> None:
            """An answer in chunks, of which the last never comes."""
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            half = body[: len(body) // 2]
            self.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")
            self.wfile.flush()
            self._part()

        def _garble(self, body: bytes, kind: str) -> None:
            """Not HTTP at all."""
            self.wfile.write(b"\x00\xff nothing of the kind\r\n\r\n")
            self._part()

        def _slow(self, body: bytes, kind: str) -> None:
            time.sleep(0.8)
            self._answer(200, body, kind)

        def _drip(self, body: bytes, kind: str) -> None:
            """A byte now and then: each read is quick, the whole never ends."""
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for k in range(40):
                self.wfile.write(body[k : k + 1])
                self.wfile.flush()
                time.sleep(0.05)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is part of the test
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
