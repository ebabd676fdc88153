"""Fixtures for tests that want a Kafka: pytest finds them by itself where ottla is installed.

ottla_cluster   an open `ottla.Cluster`. By itself one for the whole session, which is fast, and enough where each test has
                topics of its own; the ini option ottla_scope (session, package, module, class, function) says otherwise
ottla_topic     the name of a new topic on it, each test's own. A mark says how it is made:
                @pytest.mark.ottla_topic(partitions=3, settings={"cleanup.policy": "compact"})
ottla_settings  the settings that the cluster is opened with: those of the ini option ottla_settings, one a line
                (log.retention.ms=1000). A conftest.py may define its own fixture of this name
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from ottla import Cluster, SettingValue

SCOPES = ("session", "package", "module", "class", "function")
NAME_MAX = 200  # a topic's name may have 249; other words are put behind it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("ottla_settings", "settings of the cluster that the fixture ottla_cluster opens, one a line: log.retention.ms=1000", type="linelist", default=[])
    parser.addini("ottla_scope", f"how long that cluster lives: {', '.join(SCOPES)}", default="session")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ottla_topic(partitions=None, settings=None): how the topic of the fixture ottla_topic is made")


def _scope(fixture_name: str, config: pytest.Config) -> Any:
    scope = config.getini("ottla_scope")
    if scope not in SCOPES:
        raise pytest.UsageError(f"ottla_scope is one of {', '.join(SCOPES)}, not {scope!r}")
    return scope


@pytest.fixture(scope=_scope)
def ottla_settings(pytestconfig: pytest.Config) -> dict[str, SettingValue]:
    """By Kafka's names. Define your own to say others."""
    settings: dict[str, SettingValue] = {}
    for line in pytestconfig.getini("ottla_settings"):
        name, equals, value = line.partition("=")
        if not equals:
            raise pytest.UsageError(f"ottla_settings: {line!r} is not of the form name=value")
        settings[name.strip()] = value.strip()
    return settings


@pytest.fixture(scope=_scope)
def ottla_cluster(ottla_settings: dict[str, SettingValue]) -> Iterator[Cluster]:
    """An open ottla.Cluster; clients connect to its bootstrap_servers."""
    from ottla import Cluster  # not before a test asks for it

    with Cluster(settings=ottla_settings) as cluster:
        yield cluster


@pytest.fixture
def ottla_topic(request: pytest.FixtureRequest, ottla_cluster: Cluster) -> str:
    """The name of a topic that was made for this test."""
    from ottla._topics import create_topic

    mark = request.node.get_closest_marker("ottla_topic")
    if mark is not None and mark.args:
        raise pytest.UsageError("the mark ottla_topic takes its arguments by name: partitions=3")
    said = re.sub(r"[^a-zA-Z0-9._-]+", "-", request.node.name).strip("-")[:NAME_MAX]
    name = f"{said}-{secrets.token_hex(4)}"
    create_topic(ottla_cluster.bootstrap_servers, name, **(mark.kwargs if mark else {}))
    return name
