"""A cluster inside this process."""

from __future__ import annotations

import atexit
import functools
import os
import pathlib
import time
import warnings
import weakref
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from ottla import _native
from ottla.errors import Error
from ottla.settings import SettingValue, pairs_of

LogCallback = Callable[[int, str], Any]

_open: weakref.WeakSet[Cluster] = weakref.WeakSet()


class Cluster:
    """A Kafka-compatible cluster inside this process, open until it is closed.

        with ottla.Cluster() as cluster:
            producer = confluent_kafka.Producer({"bootstrap.servers": cluster.bootstrap_servers})

    By itself it listens at a free port of 127.0.0.1, and keeps its data in a temporary directory that goes with it; what
    a killed process left is removed when the next cluster is opened. With a `path` data lie there and stay.

    path       a directory for the data (the setting log.dirs); it is made, where its parent is there
    settings   by Kafka's names: {"log.retention.ms": 1000}. A value is a str, a number, a bool, a path, or a list of such;
               None leaves the default. core/model/SETTINGS.md in the sources has all of them
    log        is called with each line of the log as (level, line); the level counts as in `logging`, so
               logging.getLogger("ottla").log will do. It runs on a thread of the cluster's, which waits for it: be brief.
               Which lines it hears says the setting ottla.log.level (info)
    keywords   settings too, with underscores for dots: log_retention_ms=1000

    Raises ottla.Error; SettingError for settings, InUseError for a path or an address that somebody uses.

    Any thread may use it. A cluster belongs to the process that opened it: in a fork every call fails, and leaving a
    `with` there does nothing. One that is collected while it is open closes, with a ResourceWarning; one that is open when
    the interpreter ends is closed.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        settings: Mapping[str, SettingValue] | None = None,
        log: LogCallback | None = None,
        **keywords: SettingValue,
    ) -> None:
        if log is not None and not callable(log):
            raise TypeError(f"log is a callable that takes a level and a line, not {type(log).__name__}")
        pairs = list(pairs_of(path, settings, keywords))
        self._log = log
        self._owner = os.getpid()
        # Through a weak reference: the library holds what it calls, and a cluster that held itself were never collected.
        self._native = _native.Cluster(pairs, None if log is None else functools.partial(_tell, weakref.ref(self)))
        self._closed = False
        _open.add(self)

    @property
    def bootstrap_servers(self) -> str:
        """What clients are given as bootstrap.servers: "127.0.0.1:40123"."""
        return self._native.bootstrap_servers()

    @property
    def data_directory(self) -> pathlib.Path:
        """Where the data lie; of several directories the first."""
        return pathlib.Path(self._native.data_directory())

    @property
    def closed(self) -> bool:
        """Whether close() was called."""
        return self._closed

    def close(self) -> None:
        """Answers what was begun, syncs what stays, removes what does not; then the port is free.

        Closing again waits for the first, and succeeds. A KeyboardInterrupt ends the wait, not the closing.
        """
        if self._owner == os.getpid():
            self._closed = True
            _open.discard(self)
        self._native.close()

    def __enter__(self) -> Cluster:
        self._native.bootstrap_servers()  # raises when it is closed, or another process's
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._owner == os.getpid():
            self.close()

    def __del__(self) -> None:
        # Without _closed it never opened.
        if getattr(self, "_closed", True) or self._owner != os.getpid():
            return
        warnings.warn(f"unclosed {self!r}", ResourceWarning, stacklevel=2, source=self)
        self.close()

    def __repr__(self) -> str:
        if self._closed:
            return "<ottla.Cluster closed>"
        try:
            return f"<ottla.Cluster at {self.bootstrap_servers}, data in {self.data_directory}>"
        except Error as error:
            return f"<ottla.Cluster {error.name}>"

    def __reduce__(self) -> str | tuple[Any, ...]:
        raise TypeError("a cluster lives in this process and cannot be pickled; pass its bootstrap_servers")


def _tell(reference: weakref.ref[Cluster], level: int, line: str) -> None:
    cluster = reference()
    if cluster is not None and cluster._log is not None:
        cluster._log(level, line)


@atexit.register
def _close_all() -> None:
    """While there are still threads: a cluster may have lines to tell when it closes."""
    for cluster in list(_open):
        if cluster._owner == os.getpid():
            try:
                cluster.close()
            except Error as error:
                warnings.warn(f"{cluster!r} at the end of the interpreter: {error}", ResourceWarning, stacklevel=1)
    while _native.unattended():
        time.sleep(0.01)


def _in_child() -> None:
    _open.clear()
    _native.forget_unattended()


os.register_at_fork(after_in_child=_in_child)
