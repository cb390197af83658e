"""A WebSocket server on the loopback that speaks as Edge's read-aloud service does, and fails as it is told.

Written on sockets after RFC 6455: nothing of the client's libraries is in it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import soundfile

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _BINARY, _CLOSE = 1, 2, 8
RATE = 24_000
WORD_S, GAP_S, LEAD_S = 0.3, 0.05, 0.1


def spoken(words: int, rate: float = 1.0) -> np.ndarray:
    """A tone of :data:`WORD_S` a word, each a little higher than the one before."""
    pieces = [np.zeros(round(LEAD_S * RATE))]
    for k in range(words):
        time_s = np.arange(round(WORD_S / rate * RATE)) / RATE
        pieces += [
            0.3 * np.sin(2 * np.pi * (150 + 10 * k) * time_s) * np.hanning(len(time_s)),
            np.zeros(round(GAP_S / rate * RATE)),
        ]
    return np.concatenate(pieces).astype(np.float32)


def mp3(samples: np.ndarray) -> bytes:
    data = io.BytesIO()
    soundfile.write(data, samples, RATE, format="MP3", subtype="MPEG_LAYER_III")
    return data.getvalue()


@dataclass
class EdgeServer:
    """What the server does with each connection, and what it saw."""

    url: str = ""
    faults: list[str] = field(default_factory=list)
    always: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self) -> str:
        with self.lock:
            return self.always or (self.faults.pop(0) if self.faults else "")


class _Connection:
    def __init__(self, sock: socket.socket, state: EdgeServer) -> None:
        self.sock, self.state, self.buffer = sock, state, b""
        self.fault = ""

    def serve(self) -> None:
        head = self._until(b"\r\n\r\n").decode()
        self.fault = self.state.fault()
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head.split("\r\n")[1:])}
        if refusal := {"forbidden": "403 Forbidden", "busy": "429 Too Many Requests", "broken": "500 Oops"}.get(
            self.fault
        ):
            with self.state.lock:
                self.state.requests.append({"path": head.split()[1]})
            date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
            self.sock.sendall(f"HTTP/1.1 {refusal}\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode())
            return
        accept = base64.b64encode(hashlib.sha1((headers["sec-websocket-key"] + _MAGIC).encode()).digest()).decode()
        self.sock.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        config, ssml = self._message(), self._message()
        with self.state.lock:
            self.state.requests.append({"path": head.split()[1], "config": config, "ssml": ssml})
        self._answer(ssml)

    def _answer(self, ssml: str) -> None:
        text = html.unescape(re.search(r"<prosody[^>]*>(.*)</prosody>", ssml, re.DOTALL)[1])  # type: ignore[index]
        percent = int(re.search(r"rate='([+-]\d+)%'", ssml)[1])  # type: ignore[index]
        rate = 1.0 + percent / 100.0
        words = re.findall(r"[\w'’]+", text)
        audio = mp3(spoken(len(words), rate))
        self._say("turn.start", {"context": {"serviceTag": "x"}})
        if self.fault == "slow":
            time.sleep(0.8)
        if self.fault == "hangup":
            return
        if self.fault == "nonsense":
            self._send(_TEXT, b"Path:weather\r\n\r\nsunny")
        if self.fault == "page":
            self._send(_TEXT, b"<html>please log in</html>")
        if self.fault == "scrap":
            self._send(_BINARY, b"\xff")
        if self.fault == "other":
            self._frame(b"<html>", "text/html")
        if self.fault == "noise":
            audio = bytes(range(1, 256)) * 40
        count = len(words) // 2 if self.fault in ("cut", "half") else len(words)
        size = len(audio) // 2 if self.fault in ("cut", "half", "short") else len(audio)
        for k, word in enumerate(words[:count]):
            start_s = LEAD_S + k * (WORD_S + GAP_S) / rate
            data = {"Offset": round(start_s * 1e7), "Duration": round(WORD_S / rate * 1e7), "text": {"Text": word}}
            self._say("audio.metadata", {"Metadata": [{"Type": "WordBoundary", "Data": data}]})
        if self.fault == "drip":
            for k in range(40):
                self._frame(audio[k : k + 1])
                time.sleep(0.05)
        if self.fault != "empty":
            for at in range(0, size, 1000):
                self._frame(audio[at : min(at + 1000, size)])
        if self.fault == "cut":
            self.sock.sendall(b"\x82\x7e\x04\x00half a frame")
            return
        self._say("turn.end", {})
        self._send(_CLOSE, struct.pack(">H", 1000))

    def _say(self, path: str, data: dict[str, Any]) -> None:
        head = f"X-RequestId:1\r\nContent-Type:application/json; charset=utf-8\r\nPath:{path}\r\n\r\n"
        self._send(_TEXT, (head + json.dumps(data)).encode())

    def _frame(self, data: bytes, kind: str = "audio/mpeg") -> None:
        head = f"X-RequestId:1\r\nContent-Type:{kind}\r\nPath:audio\r\n".encode()
        self._send(_BINARY, struct.pack(">H", len(head)) + head + data)

    def _send(self, code: int, data: bytes) -> None:
        size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
        self.sock.sendall(bytes([0x80 | code]) + size + data)

    def _message(self) -> str:
        """One text message from the client, which masks it; it may be deflated, but we did not agree to that."""
        first, second = self._take(2)
        size = second & 127
        size = struct.unpack(">H", self._take(2))[0] if size == 126 else size
        mask = self._take(4)
        assert first == 0x80 | _TEXT, hex(first)
        return bytes(b ^ mask[k % 4] for k, b in enumerate(self._take(size))).decode()

    def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _until(self, end: bytes) -> bytes:
        while end not in self.buffer:
            self._more()
        taken, _, self.buffer = self.buffer.partition(end)
        return taken

    def _more(self) -> None:
        part = self.sock.recv(65536)
        if not part:
            raise ConnectionError
        self.buffer += part


@contextmanager
def serving_edge() -> Iterator[EdgeServer]:
    state = EdgeServer()
    listener = socket.create_server(("127.0.0.1", 0))
    state.url = f"ws://127.0.0.1:{listener.getsockname()[1]}/edge/v1?TrustedClientToken=none"

    def serve(sock: socket.socket) -> None:
        with sock:
            try:
                _Connection(sock, state).serve()
                sock.shutdown(socket.SHUT_WR)
                sock.settimeout(2.0)
                while sock.recv(65536):
                    pass
            except OSError:
                pass

    def accept() -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(sock,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
