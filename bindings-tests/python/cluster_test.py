"""Opening, asking, closing; settings; what is refused; the log."""

import logging
import pathlib
import socket

import ottla
import pytest

from conftest import answers, is_free


@pytest.fixture(autouse=True)
def _(temporary):
    pass


def test_it_serves_and_leaves_nothing(temporary):
    with ottla.Cluster() as cluster:
        servers, data = cluster.bootstrap_servers, cluster.data_directory
        assert answers(servers)
        assert isinstance(data, pathlib.Path) and temporary in data.parents and (data / "meta.properties").exists()
        assert not cluster.closed
    assert cluster.closed
    assert is_free(servers)
    assert list(temporary.iterdir()) == []


def test_it_closes_when_the_body_raises(temporary):
    with pytest.raises(ZeroDivisionError), ottla.Cluster() as cluster:
        servers = cluster.bootstrap_servers
        1 / 0
    assert cluster.closed and is_free(servers)
    assert list(temporary.iterdir()) == []


def test_closing_twice_is_closing_once():
    cluster = ottla.Cluster()
    cluster.close()
    cluster.close()


@pytest.mark.parametrize("use", [lambda c: c.bootstrap_servers, lambda c: c.data_directory, lambda c: c.__enter__()])
def test_what_is_closed_says_so(use):
    cluster = ottla.Cluster()
    cluster.close()
    with pytest.raises(ottla.ClosedError, match="closed") as raised:
        use(cluster)
    assert raised.value.code == ottla.ErrorCode.CLOSED


def test_it_says_what_it_is():
    with ottla.Cluster() as cluster:
        assert repr(cluster) == f"<ottla.Cluster at {cluster.bootstrap_servers}, data in {cluster.data_directory}>"
    assert repr(cluster) == "<ottla.Cluster closed>"


def test_two_live_side_by_side():
    with ottla.Cluster() as one, ottla.Cluster() as other:
        assert one.bootstrap_servers != other.bootstrap_servers
        assert one.data_directory != other.data_directory
        assert answers(one.bootstrap_servers) and answers(other.bootstrap_servers)
        one.close()
        assert answers(other.bootstrap_servers)


@pytest.mark.parametrize("kind", [str, pathlib.Path])
def test_a_path_stays(tmp_path, temporary, kind):
    path = tmp_path / "made by itself"
    with ottla.Cluster(kind(path)) as cluster:
        assert cluster.data_directory == path
        identity = (path / "meta.properties").read_text()
    with ottla.Cluster(kind(path)):
        assert (path / "meta.properties").read_text() == identity
    assert list(temporary.iterdir()) == []


def test_a_path_has_one_user(tmp_path):
    with ottla.Cluster(tmp_path / "data") as cluster:
        with pytest.raises(ottla.InUseError) as raised:
            ottla.Cluster(tmp_path / "data")
        assert raised.value.code == ottla.ErrorCode.DIRECTORY_IN_USE
        assert str(tmp_path) in raised.value.message
        assert answers(cluster.bootstrap_servers)


def test_a_path_that_cannot_be_is_named(tmp_path):
    with pytest.raises(ottla.Error) as raised:
        ottla.Cluster(tmp_path / "nowhere" / "at all")
    assert raised.value.code == ottla.ErrorCode.NO_SUCH_FILE and "nowhere" in raised.value.message


def test_an_address_has_one_user():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(ottla.InUseError, match=address) as raised:
            ottla.Cluster(listeners=f"PLAINTEXT://{address}")
    assert raised.value.code == ottla.ErrorCode.ADDRESS_IN_USE


# --- settings


def refused(error, *args, **keywords):
    with pytest.raises(error) as raised:
        ottla.Cluster(*args, **keywords)
    return raised.value


@pytest.mark.parametrize("keywords", [{"settings": {"log.retention.mss": 1}}, {"log_retention_mss": 1}])
def test_an_unknown_setting_names_the_nearest(keywords):
    error = refused(ottla.SettingError, **keywords)
    assert error.code == ottla.ErrorCode.UNKNOWN_SETTING
    assert "log.retention.mss" in error.message and "nearest is log.retention.ms" in error.message


def test_a_bad_value_is_told_with_what_would_be_right():
    error = refused(ottla.SettingError, num_partitions="many")
    assert error.code == ottla.ErrorCode.BAD_SETTING
    assert all(word in error.message for word in ("num.partitions", "many", "whole number"))
    assert not (error.retriable or error.abortable)


def test_what_is_not_kept_is_not_promised():
    error = refused(ottla.SettingError, authorizer_class_name="some.Authorizer")
    assert error.code == ottla.ErrorCode.UNSUPPORTED_SETTING


def test_a_setting_is_said_once(tmp_path):
    assert "num.partitions is said twice" in str(refused(TypeError, settings={"num.partitions": 1}, num_partitions=2))
    assert "log.dirs is said twice" in str(refused(TypeError, tmp_path, log_dirs=str(tmp_path)))


@pytest.mark.parametrize("value", [b"1", {"a": 1}, object(), [b"1"]])
def test_a_value_is_of_a_type_that_can_be_said(value):
    assert str(refused(TypeError, num_partitions=value)).startswith("num.partitions: a setting's value is a str")


def test_values_are_said_in_kafkas_words(tmp_path):
    lines = []
    directories = [tmp_path / "a", tmp_path / "b"]
    settings = {"auto.create.topics.enable": False, "background.threads": 3, "log.retention.hours": None, "log.dirs": directories}
    for directory in directories:
        directory.mkdir()
    with ottla.Cluster(settings=settings, log=lambda level, line: lines.append((level, line))) as cluster:
        assert cluster.data_directory == directories[0]
        assert all((directory / "meta.properties").exists() for directory in directories)
    assert any(level == logging.WARNING and "background.threads" in line for level, line in lines), "it is one without effect"
    assert "True" in refused(ottla.SettingError, auto_create_topics_enable="True?").message


# --- the log


def test_the_log_goes_to_logging(caplog):
    with caplog.at_level(logging.DEBUG, "broker"), ottla.Cluster(log=logging.getLogger("broker").log, ottla_log_level="debug"):
        pass
    assert {record.levelno for record in caplog.records} <= {logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR}
    assert any("what=" in record.getMessage() for record in caplog.records)


def test_a_log_that_raises_hurts_nobody(monkeypatch):
    dropped = []
    monkeypatch.setattr("sys.unraisablehook", dropped.append)

    def log(level, line):
        raise KeyError(line)

    with ottla.Cluster(log=log, background_threads=3) as cluster:
        assert answers(cluster.bootstrap_servers)
    assert dropped and all(one.exc_type is KeyError for one in dropped)


def test_a_log_is_a_callable():
    assert "log is a callable" in str(refused(TypeError, log="broker.log"))


def test_nothing_is_heard_that_nobody_asked_for(capfd):
    with ottla.Cluster(background_threads=3) as cluster:
        answers(cluster.bootstrap_servers)
    assert capfd.readouterr() == ("", "")
