"""A Kafka client of a few requests, as bytes: what a test needs that wants to know exactly what it sends."""

import functools
import socket
import struct


def crc_entry(n):
    for _ in range(8):
        n = (n >> 1) ^ 0x82F63B78 if n & 1 else n >> 1
    return n


CRC_TABLE = [crc_entry(n) for n in range(256)]


@functools.lru_cache(maxsize=16)  # tests send the same batch again and again
def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def varint(number):
    number = (number << 1) ^ (number >> 63)
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def batch(values):
    """A record batch v2 of these values, without keys, with offsets from 0."""
    records = b""
    for offset, value in enumerate(values):
        record = b"\0" + varint(0) + varint(offset) + varint(-1) + varint(len(value)) + value + varint(0)
        records += varint(len(record)) + record
    body = struct.pack(">hiqqqhii", 0, len(values) - 1, 1, 1, -1, -1, -1, len(values)) + records
    return struct.pack(">qiibI", 0, len(body) + 9, -1, 2, crc32c(body)) + body


def string(text):
    return struct.pack(">h", len(text)) + text.encode()


class Closed(Exception):
    pass


class RawClient:
    def __init__(self, port, timeout=20, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(("127.0.0.1", port))
        self.correlation = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def frame(self, api, version, body):
        self.correlation += 1
        request = struct.pack(">hhi", api, version, self.correlation) + string("raw") + body
        return struct.pack(">i", len(request)) + request

    def receive(self, size):
        parts = []
        while size:
            part = self.socket.recv(min(size, 1 << 20))
            if not part:
                raise Closed
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def answer(self):
        """The body of the next answer, after its correlation id."""
        return self.receive(struct.unpack(">i", self.receive(4))[0])[4:]

    def ask(self, api, version, body):
        try:
            self.socket.sendall(self.frame(api, version, body))
            return self.answer()
        except (ConnectionError, BrokenPipeError) as problem:
            raise Closed from problem

    # --- Requests of old versions, whose layouts are short.

    def api_versions(self):
        return self.ask(18, 0, b"")

    def create_topic(self, name, partitions=1, settings=()):
        body = struct.pack(">i", 1) + string(name) + struct.pack(">ihi", partitions, 1, 0) + struct.pack(">i", len(settings))
        for key, value in settings:
            body += string(key) + string(value)
        answer = self.ask(19, 2, body + struct.pack(">ib", 20_000, 0))
        return struct.unpack_from(">h", answer, 8 + 2 + len(name))[0]  # its error

    def delete_topic(self, name):
        answer = self.ask(20, 1, struct.pack(">i", 1) + string(name) + struct.pack(">i", 20_000))
        return struct.unpack_from(">h", answer, 8 + 2 + len(name))[0]

    def produce(self, topic, records, acks=-1, partition=0):
        """(error, base offset); nothing with acks=0."""
        body = struct.pack(">hhii", -1, acks, 20_000, 1) + string(topic) + struct.pack(">iii", 1, partition, len(records)) + records
        if acks == 0:
            return self.socket.sendall(self.frame(0, 7, body))
        answer = self.ask(0, 7, body)
        return struct.unpack_from(">hq", answer, 4 + 2 + len(topic) + 4 + 4)

    def fetch_body(self, topic, offset, wait_ms=500, size=1 << 20, partition=0):
        return struct.pack(">iiiibi", -1, wait_ms, 1, size, 0, 1) + string(topic) + struct.pack(">iiqi", 1, partition, offset, size)

    def fetch(self, topic, offset, **options):
        """(error, high watermark, bytes)."""
        answer = self.ask(1, 4, self.fetch_body(topic, offset, **options))
        at = 4 + 4 + 2 + len(topic) + 4 + 4
        error, high_watermark, _, aborted = struct.unpack_from(">hqqi", answer, at)
        at += 22 + max(aborted, 0) * 16
        size, = struct.unpack_from(">i", answer, at)
        return error, high_watermark, answer[at + 4:at + 4 + max(size, 0)]

    def read_all(self, topic):
        """(base offset, count) of every batch from 0 on, checked: whole, in order, without gaps, each CRC right."""
        offset, batches = 0, []
        while True:
            error, end, data = self.fetch(topic, offset)
            assert error == 0, error
            at = 0
            while len(data) - at >= 61:
                base, size = struct.unpack_from(">qi", data, at)
                if at + 12 + size > len(data):
                    break
                crc, = struct.unpack_from(">I", data, at + 17)
                assert crc32c(data[at + 21:at + 12 + size]) == crc, f"batch at {base}"
                count = struct.unpack_from(">i", data, at + 23)[0] + 1
                assert base == offset, f"batch at {base} where {offset} was due"
                batches.append((base, count))
                offset = base + count
                at += 12 + size
            if offset >= end:
                return batches
            assert at, "nothing came"
