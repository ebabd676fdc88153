"""`ottla node` as a process: how it starts, stops, dies and comes back, and what hostile and many clients do to it."""

import json
import re
import signal
import struct
import subprocess
import threading
import time

import pytest

from node_program import OTTLA, READY
from raw_client import Closed, batch

def misused(*arguments):
    return subprocess.run([OTTLA, "node", *arguments], capture_output=True, text=True, timeout=20)


# ---- Start and stop


def test_it_says_where_it_listens_and_stops_when_told(node, tmp_path):
    it = node("node.id=7", "ottla.metrics.listener=127.0.0.1:0")
    assert it.ready[1] == "7" and it.ready[4] == f"{tmp_path}/data"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/metrics", it.ready[3])
    with it.client() as client:
        assert client.create_topic("t") == 0
    assert it.stop() == 0
    assert (tmp_path / "data" / ".kafka_cleanshutdown").exists()
    last = (tmp_path / "log").read_text().splitlines()[-1]
    assert re.fullmatch(r"time=\S+Z level=info room=node what=stopped", last)


def test_it_stops_when_interrupted(node):
    assert node().stop(signal.SIGINT) == 0


def test_it_logs_json_when_asked(node, tmp_path):
    assert node("ottla.log.format=json").stop() == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert lines[-1]["what"] == "stopped" and lines[-1]["level"] == "info"


def test_a_file_of_settings(tmp_path):
    config = tmp_path / "server.properties"
    config.write_text(f"# as Kafka's\nlisteners=PLAINTEXT://127.0.0.1:0\nlog.dirs={tmp_path}/data\nnode.id=3\nnum.io.threads=8\n")
    process = subprocess.Popen([OTTLA, "node", "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert READY.fullmatch(process.stdout.readline())[1] == "3"
    process.terminate()
    _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "num.io.threads has no effect" in log


def test_settings_that_make_no_sense(tmp_path):
    done = misused("--set", "listenerz=x", "--set", "num.partitions=0")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith('ottla: --set: unknown node setting "listenerz"; the nearest is listeners\nottla: --set: num.partitions')
    assert misused("--nonsense").returncode == 2
    done = misused("--set", "listeners=PLAINTEXT://0.0.0.0:0", "--set", f"log.dirs={tmp_path}/data")
    assert done.returncode == 2 and "ottla.insecure.listeners" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_directory_that_is_in_use(node, tmp_path):
    node()
    done = misused("--set", "listeners=PLAINTEXT://127.0.0.1:0", "--set", f"log.dirs={tmp_path}/data")
    assert done.returncode == 1 and f"{tmp_path}/data" in done.stderr


def test_a_port_that_is_in_use(node, tmp_path):
    it = node()
    done = misused("--set", f"listeners=PLAINTEXT://127.0.0.1:{it.port}", "--set", f"log.dirs={tmp_path}/other")
    assert done.returncode == 1 and "Address already in use" in done.stderr
    assert not (tmp_path / "other").exists()


# ---- Death


@pytest.mark.parametrize("durability", ["persisted", "replicated"])
def test_killed_in_the_middle_of_produce(node, durability):
    """A killed process loses nothing of the page cache: whatever was acknowledged is there, and nothing is torn."""
    it = node(f"ottla.default.durability={durability}")
    records = batch([b"x" * 100] * 10)
    with it.client() as client:
        assert client.create_topic("t") == 0
    acknowledged = 0
    for _ in range(5):
        stop = time.monotonic() + 0.15
        killer = threading.Timer(0.15, it.process.kill)
        killer.start()
        try:
            with it.client() as client:
                while time.monotonic() < stop + 5:
                    error, base = client.produce("t", records)
                    assert error == 0
                    assert base >= acknowledged
                    acknowledged = base + 10
        except (Closed, ConnectionError):
            pass
        killer.join()
        it.stop()
        it.start()
        with it.client() as client:
            batches = client.read_all("t")
            end = sum(count for _, count in batches)
            assert end >= acknowledged > 0
            acknowledged = end
    assert it.stop() == 0


def test_a_second_signal_ends_it_at_once(node):
    it = node()
    with it.client() as client:
        client.create_topic("t")
        # A consumer that would wait for long keeps the first stop busy, or not: both are fine, but it ends.
        client.socket.sendall(client.frame(1, 4, client.fetch_body("t", 0, wait_ms=60_000)))
        it.process.send_signal(signal.SIGTERM)
        assert it.stop() in (0, 1)
    it.start()
    assert it.stop() == 0


# ---- Clients that mean harm (how they slow others: cluster/node/crowd_test.cc)


def test_a_drip_costs_next_to_nothing(node):
    it = node()
    with it.client() as client:
        memory = it.resident()
        drips = [it.client() for _ in range(200)]
        frame = client.frame(18, 0, b"")
        big = struct.pack(">i", 90 << 20) + struct.pack(">hhi", 0, 7, 1)  # promises 90 MiB
        for at in range(len(big)):
            for drip in drips:
                drip.socket.sendall(big[at:at + 1])
        assert it.resident() - memory < 200 * (64 << 10), "memory follows what came, not what was promised"
        client.api_versions()
        for drip in drips:
            drip.socket.close()
        slow = it.client()
        for at in range(len(frame)):
            slow.socket.sendall(frame[at:at + 1])
            time.sleep(0.001)
        assert slow.answer()


def test_a_reader_that_does_not_read_is_not_read_from(node):
    it = node("ottla.default.durability=replicated")
    with it.client() as client:
        assert client.create_topic("t") == 0
        records = batch([b"x" * 1000] * 500)
        for _ in range(20):
            assert client.produce("t", records)[0] == 0
        memory = it.resident()
        with it.client(receive_buffer=4096) as slow:
            slow.socket.settimeout(1)
            frame = slow.frame(1, 4, slow.fetch_body("t", 0, size=8 << 20))
            sent = 0
            try:
                for _ in range(200_000):
                    slow.socket.sendall(frame)
                    sent += 1
            except TimeoutError:
                pass
            assert sent < 200_000, "it went on reading"
            assert it.resident() - memory < 16 << 20
            client.api_versions()
        # The answers that were promised need their file no more.
        assert client.produce("t", records)[0] == 0
    assert it.stop() == 0


def test_caps_on_connections(node):
    it = node("max.connections.per.ip=2")
    with it.client() as first, it.client() as second:
        first.api_versions(), second.api_versions()
        with pytest.raises(Closed):
            with it.client() as third:
                third.api_versions()
    time.sleep(0.1)
    with it.client() as again:
        again.api_versions()


def test_an_idle_connection_is_closed(node):
    it = node("connections.max.idle.ms=300")
    with it.client() as client:
        client.api_versions()
        started = time.monotonic()
        with pytest.raises(Closed):
            client.receive(1)
        assert 0.2 < time.monotonic() - started < 5


@pytest.mark.parametrize(
    "frame",
    [
        struct.pack(">i", 0x7FFFFFFF) + b"\0" * 100,
        struct.pack(">i", -1),
        struct.pack(">i", 3) + b"abc",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
        struct.pack(">i", 8) + struct.pack(">hhi", 999, 0, 1),
    ],
    ids=["endless", "negative", "short", "http", "tls", "unknown"],
)
def test_what_is_no_request_closes_the_connection(node, frame):
    it = node()
    with it.client() as client, it.client() as bystander:
        client.socket.sendall(frame)
        with pytest.raises((Closed, ConnectionError)):
            client.receive(1)
        bystander.api_versions()
