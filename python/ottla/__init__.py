"""Ottla: a Kafka-compatible cluster inside this process.

    import ottla

    with ottla.Cluster() as cluster:
        print(cluster.bootstrap_servers)  # "127.0.0.1:40123": any Kafka client connects

`python -m ottla` and the command `ottla` are the program: nodes, and tools for their files.
"""

from ottla._native import version as _version
from ottla.cluster import Cluster, LogCallback
from ottla.codes import ErrorCode
from ottla.errors import ClosedError, Error, InUseError, SettingError
from ottla.settings import SettingValue

__version__ = _version()
__all__ = ["ClosedError", "Cluster", "Error", "ErrorCode", "InUseError", "LogCallback", "SettingError", "SettingValue", "__version__"]
