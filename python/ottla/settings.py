"""Settings as Python says them, in Kafka's words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Union

SettingValue = Union[str, int, float, "os.PathLike[str]", Iterable[Union[str, int, "os.PathLike[str]"]], None]


def name_of(keyword: str) -> str:
    """log_retention_ms is log.retention.ms: none of Kafka's names for settings of nodes has an underscore."""
    return keyword.replace("_", ".")


def text_of(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, os.PathLike):
        path = os.fspath(value)
        if isinstance(path, str):
            return path
    elif isinstance(value, Iterable) and not isinstance(value, (bytes, bytearray, Mapping)):
        return ",".join(text_of(name, part) for part in value)
    raise TypeError(f"{name}: a setting's value is a str, a number, a bool, a path or a list of such, not {type(value).__name__}")


def pairs_of(path: str | os.PathLike[str] | None, settings: Mapping[str, SettingValue] | None, keywords: Mapping[str, SettingValue]) -> Iterator[tuple[str, str]]:
    """What is said, by Kafka's names. None says nothing: the default holds. Saying something twice is an error."""
    told: list[tuple[str, SettingValue]] = [("log.dirs", path), *(settings or {}).items()]
    told += [(name_of(keyword), value) for keyword, value in keywords.items()]
    said = set()
    for name, value in told:
        if not isinstance(name, str):
            raise TypeError(f"a setting's name is a str, not {type(name).__name__}")
        if value is None:
            continue
        if name in said:
            raise TypeError(f"{name} is said twice")
        said.add(name)
        yield name, text_of(name, value)
