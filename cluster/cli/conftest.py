import signal

import pytest

from node_program import Node


@pytest.fixture
def node(tmp_path):
    made = []

    def make(*settings, **options):
        made.append(Node(tmp_path, *settings, **options))
        return made[-1]

    yield make
    for each in made:
        if each.process.poll() is None:
            each.stop(signal.SIGKILL)
