"""Waits: the interpreter is free for others meanwhile, Ctrl-C ends them, and the end of a program is clean.

A log that sleeps is what makes an open or a close take its time here: a cluster waits for whoever hears its log.
"""

import threading
import time

import ottla
import pytest
from conftest import answers, is_free

SLOW = """
import ottla, socket, sys, threading, time
slow = threading.Event()
def log(level, line):
    if slow.is_set():
        slow.clear()
        while not is_waiting():
            time.sleep(0.01)
        print("waiting")
        time.sleep(SLEEP)
"""


@pytest.fixture(autouse=True)
def _(temporary):
    pass


def test_other_threads_run_while_one_waits():
    entered, leave = threading.Event(), threading.Event()

    def log(level, line):
        entered.set()
        leave.wait(20)

    opened = []
    opener = threading.Thread(target=lambda: opened.append(ottla.Cluster(log=log, background_threads=3)))
    opener.start()
    assert entered.wait(20)
    assert not opened  # it waits for the log, and this thread runs
    leave.set()
    opener.join(20)
    assert answers(opened[0].bootstrap_servers)
    opened[0].close()


def test_one_thread_opens_and_another_closes():
    cluster = ottla.Cluster()
    closer = threading.Thread(target=cluster.close)
    closer.start()
    closer.join(20)
    assert cluster.closed
    with pytest.raises(ottla.ClosedError):
        cluster.bootstrap_servers


def test_many_threads_use_one_and_close_it_at_once():
    cluster = ottla.Cluster()
    servers = cluster.bootstrap_servers
    outcomes, start = [], threading.Barrier(8)

    def use():
        start.wait()
        try:
            while True:
                assert cluster.bootstrap_servers == servers
                cluster.close()
        except ottla.ClosedError:
            outcomes.append("closed")

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert outcomes == ["closed"] * 8


def test_many_threads_open_at_once():
    clusters = []
    threads = [threading.Thread(target=lambda: clusters.append(ottla.Cluster())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({cluster.bootstrap_servers for cluster in clusters}) == 6
    for cluster in clusters:
        assert answers(cluster.bootstrap_servers)
        cluster.close()


def test_ctrl_c_ends_the_wait_for_an_open(script, temporary):
    program = script(
        SLOW.replace("SLEEP", "2")
        + """
slow.set()
is_waiting = lambda: True
started = time.monotonic()
try:
    ottla.Cluster(log=log, background_threads=3)
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - started < 1.5)
"""
    )
    assert program.line() == "waiting"
    program.interrupt()
    assert program.line() == "interrupted True"
    program.end()
    assert list(temporary.iterdir()) == []  # what was given up was closed before the end


def test_ctrl_c_ends_the_wait_for_a_close(script, temporary):
    program = script(
        SLOW.replace("SLEEP", "2")
        + """
cluster = ottla.Cluster(log=log, ottla_log_level="debug")
print(cluster.bootstrap_servers)
slow.set()
is_waiting = lambda: cluster.closed
host, port = cluster.bootstrap_servers.split(":")
junk = socket.create_connection((host, int(port)))
junk.sendall(b"GET / HTTP/1.1")  # a line in the log
started = time.monotonic()
try:
    cluster.close()
except KeyboardInterrupt:
    print("interrupted", time.monotonic() - started < 1.5, cluster.closed)
cluster.close()  # waits for the first
print("closed", time.monotonic() - started > 1.5)
"""
    )
    servers = program.line()
    assert program.line() == "waiting"
    program.interrupt()
    assert program.line() == "interrupted True True"
    assert program.line() == "closed True"
    program.end()
    assert is_free(servers) and list(temporary.iterdir()) == []


def test_ctrl_c_in_the_body_closes(script, temporary):
    program = script("import ottla, time\nwith ottla.Cluster() as c:\n    print(c.bootstrap_servers)\n    time.sleep(60)")
    servers = program.line()
    assert answers(servers)
    program.interrupt()
    _, err = program.end(-2)
    assert "KeyboardInterrupt" in err
    assert is_free(servers) and list(temporary.iterdir()) == []


def test_waiting_costs_no_more_than_the_call():
    with ottla.Cluster():
        started = time.process_time()
        threading.Event().wait(0.5)
        assert time.process_time() - started < 0.1  # an idle cluster is idle
