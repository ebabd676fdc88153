"""What the tests of this folder stand on: a node, the clients that speak to it, and the matrix that is printed at the end."""

import concurrent.futures
import contextlib

import pytest

import fetched
from clients import CLIENTS, Driver
from matrix import Matrix
from node import Node

REFEREE, STAND_IN = "confluent-kafka", "kafka-python"
MATRIX = Matrix(CLIENTS)


@pytest.fixture(scope="session")
def node(tmp_path_factory):
    """The one place that knows what a node is: it has an `address`, its `data`, its `id`, and can `restart()`."""
    node = Node(tmp_path_factory.mktemp("node") / "data")
    with contextlib.closing(node):
        yield node


@pytest.fixture(scope="session")
def jars():
    try:
        return fetched.get("tools", again=False)
    except fetched.Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def drivers(node):
    """Name -> driver. All are started together: a JVM takes its time."""
    drivers = {name: Driver(client, node.address) for name, client in CLIENTS.items()}
    with concurrent.futures.ThreadPoolExecutor(len(drivers)) as pool:
        list(pool.map(Driver.start, drivers.values()))
    yield drivers
    for driver in drivers.values():
        driver.close()


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
