"""Makes a topic, as any client of Kafka's does, for who has none at hand: Kafka's CreateTopics, version 4."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping

from ottla.errors import error_of
from ottla.settings import SettingValue, text_of

_CREATE_TOPICS, _VERSION = 19, 4
_TIMEOUT_S = 30.0


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">h", len(data)) + data


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError("the cluster closed the connection")
        data += part
    return data


def create_topic(bootstrap_servers: str, name: str, partitions: int | None = None, settings: Mapping[str, SettingValue] | None = None) -> None:
    """Without `partitions` there are as many as the setting num.partitions says. Raises ottla.Error."""
    host, _, port = bootstrap_servers.split(",")[0].rpartition(":")
    said = [(key, text_of(key, value)) for key, value in (settings or {}).items() if value is not None]
    configs = b"".join(_text(key) + _text(value) for key, value in said)
    topic = _text(name) + struct.pack(">ihi", -1 if partitions is None else partitions, -1, 0) + struct.pack(">i", len(said)) + configs
    body = struct.pack(">i", 1) + topic + struct.pack(">i?", int(_TIMEOUT_S * 1000), False)
    request = struct.pack(">hhi", _CREATE_TOPICS, _VERSION, 0) + _text("ottla") + body
    with socket.create_connection((host, int(port)), timeout=_TIMEOUT_S) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", _receive(connection, 4))
        answer = _receive(connection, size)
    # Correlation id, throttle time and the number of topics, which is one; then its name, its error and a text.
    (name_size,) = struct.unpack_from(">h", answer, 12)
    code, text_size = struct.unpack_from(">hh", answer, 14 + name_size)
    if code != 0:
        raise error_of(code, f"topic {name}: {answer[18 + name_size:].decode() if text_size >= 0 else 'not created'}")
