"""The pytest plugin, as a stranger's tests use it: pytest finds it by itself."""

import textwrap

import pytest

CLIENT = """
    import socket, struct
    import pytest

    def partitions(cluster, topic):
        '''How many there are, by Metadata 1; None when there is no such topic.'''
        host, port = cluster.bootstrap_servers.split(":")
        name = topic.encode()
        body = struct.pack(">hhihih", 3, 4, 0, -1, 1, len(name)) + name + bytes([0])
        with socket.create_connection((host, int(port)), timeout=20) as client:
            client.sendall(struct.pack(">i", len(body)) + body)
            answer = client.recv(struct.unpack(">i", client.recv(4, socket.MSG_WAITALL))[0], socket.MSG_WAITALL)
        at = answer.rindex(name)
        code, = struct.unpack_from(">h", answer, at - 4)
        return None if code else struct.unpack_from(">i", answer, at + len(name) + 1)[0]
"""


@pytest.fixture(autouse=True)
def _(temporary):
    pass


@pytest.fixture
def run(pytester, temporary):
    def run(text, ini="", *options, **outcomes):
        pytester.makeini(f"[pytest]\n{ini}")
        pytester.makepyfile(test_it=textwrap.dedent(CLIENT) + textwrap.dedent(text))
        result = pytester.runpytest("-p", "no:cacheprovider", *options)
        result.assert_outcomes(**(outcomes or {"passed": text.count("def test_")}))
        assert list(temporary.iterdir()) == []
        return result

    return run


def test_a_topic_is_there_and_each_tests_own(run):
    run("""
    topics = set()

    def test_one(ottla_cluster, ottla_topic):
        assert partitions(ottla_cluster, ottla_topic) == 1
        assert partitions(ottla_cluster, ottla_topic + "x") is None
        topics.add(ottla_topic)

    def test_another(ottla_topic):
        assert ottla_topic not in topics

    @pytest.mark.parametrize("odd", ["a/b c" * 100])
    def test_with_an_odd_name(ottla_cluster, ottla_topic, odd):
        assert partitions(ottla_cluster, ottla_topic) == 1
    """)


def test_a_mark_says_how_a_topic_is_made(run):
    run("""
    @pytest.mark.ottla_topic(partitions=3, settings={"cleanup.policy": ["compact", "delete"]})
    def test_marked(ottla_cluster, ottla_topic):
        assert partitions(ottla_cluster, ottla_topic) == 3
    """, "", "--strict-markers")


def test_a_wrong_mark_is_an_error_that_says_why(run):
    result = run("""
    @pytest.mark.ottla_topic(settings={"cleanup.policy": "never"})
    def test_setting(ottla_topic): pass

    @pytest.mark.ottla_topic(3)
    def test_argument(ottla_topic): pass
    """, errors=2)
    result.stdout.fnmatch_lines(["*INVALID_CONFIG: topic test_setting-*", "*takes its arguments by name*"])


def test_settings_come_from_the_ini(run):
    run("""
    def test_settings(ottla_settings, ottla_cluster, ottla_topic):
        assert ottla_settings == {"num.partitions": "4", "log.retention.ms": "1000"}
        assert partitions(ottla_cluster, ottla_topic) == 4
    """, "ottla_settings =\n  num.partitions = 4\n  log.retention.ms=1000")


def test_settings_come_from_a_conftest(run, pytester):
    pytester.makeconftest("""
    import pytest

    @pytest.fixture(scope="session")
    def ottla_settings():
        return {"num.partitions": 5}
    """)
    run("""
    def test_settings(ottla_cluster, ottla_topic):
        assert partitions(ottla_cluster, ottla_topic) == 5
    """)


@pytest.mark.parametrize("ini, clusters", [("", 1), ("ottla_scope = module", 1), ("ottla_scope = function", 2)])
def test_the_scope_is_the_ini_s(run, ini, clusters):
    run(f"""
    servers = []

    @pytest.mark.parametrize("time", [1, 2])
    def test_scope(ottla_cluster, time):
        servers.append(ottla_cluster.bootstrap_servers)
        assert not ottla_cluster.closed

    def test_count():
        assert len(set(servers)) == {clusters}
    """, ini, passed=3)


@pytest.mark.parametrize("ini, said", [("ottla_scope = forever", "ottla_scope is one of session*not 'forever'"), ("ottla_settings = num.partitions", "*not of the form name=value")])
def test_a_wrong_ini_is_told(pytester, ini, said):
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile("def test_it(ottla_cluster): pass")
    result = pytester.runpytest("-p", "no:cacheprovider")
    assert result.ret != 0
    pytest.LineMatcher((result.stdout.str() + result.stderr.str()).splitlines()).fnmatch_lines([f"*{said}*"])


def test_a_cluster_that_cannot_be_is_an_error_that_says_why(run):
    run("def test_it(ottla_cluster): pass", "ottla_settings = num.partition=4", errors=1).stdout.fnmatch_lines(["*UNKNOWN_SETTING*num.partitions*"])


def test_nothing_is_opened_for_who_does_not_ask(pytester):
    pytester.makepyfile("""
    import os

    def test_nothing():
        assert len(os.listdir("/proc/self/task")) == 1
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
