"""What the tests of this folder stand on: a node, the clients that speak to it, and the matrix that is printed at the end."""

import contextlib
import dataclasses
import pathlib

import pytest

import fetched
from clients import CLIENTS, REFEREE, STAND_IN, started
from matrix import Matrix
from node import Node

MATRIX = Matrix(CLIENTS)


@dataclasses.dataclass(frozen=True)
class Embedded:
    """A cluster of the package's, as the tests see a node."""

    address: str
    data: pathlib.Path
    id: int = Node.id


@pytest.fixture(scope="session")
def ottla_settings():
    """Of the package's fixture `ottla_cluster`."""
    return {"node.id": Node.id}


@pytest.fixture(scope="session")
def node(request, tmp_path_factory):
    """The one place that says what clients speak to: the package's cluster, or `ottla node` where it is not installed."""
    if request.config.pluginmanager.hasplugin("ottla"):
        cluster = request.getfixturevalue("ottla_cluster")
        yield Embedded(cluster.bootstrap_servers, cluster.data_directory)
    else:
        with contextlib.closing(Node(tmp_path_factory.mktemp("node") / "data")) as node:
            yield node


@pytest.fixture(scope="session")
def jars():
    try:
        return fetched.get("tools", again=False)
    except fetched.Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def drivers(node):
    """Name -> driver."""
    with started(node.address) as drivers:
        yield drivers


def there(driver):
    driver.start()  # again, when it got stuck
    if driver.missing:
        pytest.skip(driver.missing)
    return driver


@pytest.fixture
def client(request, drivers):
    """The driver of the client that the test is run with."""
    return there(drivers[request.param])


@pytest.fixture
def referee(drivers):
    """Who reads what others wrote, and writes what others read."""
    return there(drivers[REFEREE])


@pytest.fixture
def other(client, referee, drivers):
    """Somebody else than the client, at whose side something is to happen."""
    return there(drivers[STAND_IN]) if client is referee else referee


@pytest.fixture
def topic(request):
    """A new topic's name, after the test; who makes it is the test's affair."""
    return "".join(letter if letter.isalnum() else "-" for letter in request.node.name.removeprefix("test_"))


def pytest_configure(config):
    config.addinivalue_line("markers", "needs(*words): what a client must offer for the test to be run with it")
    config.addinivalue_line("markers", "each(name, *values): run with each value that the client offers")


def pytest_generate_tests(metafunc):
    if "client" in metafunc.fixturenames:
        MATRIX.parametrize(metafunc)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    outcome = yield
    if "client" in getattr(item, "fixturenames", ()):
        MATRIX.note(item, outcome.get_result())


def pytest_terminal_summary(terminalreporter):
    MATRIX.print(terminalreporter)
