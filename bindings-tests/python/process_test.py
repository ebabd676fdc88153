"""What a cluster does to its process, and what ends of processes do to a cluster."""

import gc
import os
import pickle
import resource
import warnings
import weakref

import ottla
import pytest
from conftest import answers, is_free

CYCLES = int(os.environ.get("OTTLA_CYCLES", "50"))


@pytest.fixture(autouse=True)
def _(temporary):
    pass


# --- collected, ended


def test_one_that_is_collected_closes_with_a_warning(temporary):
    cluster = ottla.Cluster()
    servers = cluster.bootstrap_servers
    with pytest.warns(ResourceWarning, match=f"unclosed <ottla.Cluster at {servers}"):
        del cluster
        gc.collect()
    assert is_free(servers) and list(temporary.iterdir()) == []


def test_one_that_its_log_refers_to_is_collected():
    class Holder:
        def log(self, level, line):
            pass

    holder = Holder()
    holder.cluster = ottla.Cluster(log=holder.log)
    servers, alive = holder.cluster.bootstrap_servers, weakref.ref(holder)
    with pytest.warns(ResourceWarning):
        del holder
        gc.collect()
    assert alive() is None and is_free(servers)


def test_one_that_was_closed_or_never_opened_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with ottla.Cluster():
            pass
        with pytest.raises(ottla.SettingError):
            ottla.Cluster(no_such_setting=1)
        gc.collect()


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "1 / 0", "threading.Thread(target=lambda: time.sleep(0.2)).start()"])
def test_the_end_of_the_interpreter_closes(script, temporary, end):
    program = script(f"import ottla, sys, threading, time\nlines = []\nc = ottla.Cluster(log=lambda *line: lines.append(line))\nprint(c.bootstrap_servers)\n{end}", "-X", "dev")
    servers = program.line()
    _, err = program.end({"sys.exit(3)": 3, "1 / 0": 1}.get(end, 0))
    assert is_free(servers) and list(temporary.iterdir()) == []
    assert "ZeroDivisionError" in err if end == "1 / 0" else err == ""


def test_after_kill_9_the_port_is_free_and_the_next_open_cleans_up(script, temporary):
    program = script("import ottla, time\nc = ottla.Cluster()\nprint(c.bootstrap_servers)\ntime.sleep(60)")
    servers = program.line()
    assert answers(servers)
    with ottla.Cluster():
        assert len(list(temporary.iterdir())) == 2  # nobody touches what is in use
    assert answers(servers)
    program.kill()
    assert is_free(servers)
    assert len(list(temporary.iterdir())) == 1
    with ottla.Cluster() as cluster:
        assert list(temporary.iterdir()) == [cluster.data_directory.parent]
    assert list(temporary.iterdir()) == []


# --- forks

FORKED = """
import os, ottla, sys
cluster = ottla.Cluster()
servers = cluster.bootstrap_servers
child = os.fork()
if child == 0:
    BODY
_, status = os.waitpid(child, 0)
print("child", os.waitstatus_to_exitcode(status), cluster.bootstrap_servers == servers)
cluster.close()
"""
BODIES = {
    "asks": "try:\n        cluster.bootstrap_servers\n    except ottla.Error as error:\n        sys.exit(7 if error.code == ottla.ErrorCode.INVALID_STATE and 'fork' in error.message else 1)",
    "closes": "try:\n        cluster.close()\n    except ottla.Error as error:\n        sys.exit(7 if error.code == ottla.ErrorCode.INVALID_STATE else 1)",
    "ends": "sys.exit(7)",
    "forgets": "del cluster\n    sys.exit(7)",
    "leaves": "cluster.__exit__(None, None, None)\n    sys.exit(7 if not cluster.closed else 1)",
    "opens its own": "with ottla.Cluster() as own:\n        sys.exit(7 if own.bootstrap_servers != servers else 1)",
    "says what it has": "sys.exit(7 if repr(cluster) == '<ottla.Cluster INVALID_STATE>' else 1)",
}


@pytest.mark.skipif("not hasattr(os, 'waitstatus_to_exitcode')")
@pytest.mark.parametrize("what", BODIES)
def test_a_fork_leaves_the_parents_cluster_alone(script, temporary, what):
    program = script(FORKED.replace("BODY", BODIES[what]), "-X", "dev", "-W", "ignore::DeprecationWarning")
    assert program.line() == "child 7 True"
    _, err = program.end()
    assert err == ""
    assert list(temporary.iterdir()) == []


def test_a_cluster_is_not_pickled():
    with ottla.Cluster() as cluster, pytest.raises(TypeError, match="pass its bootstrap_servers"):
        pickle.dumps(cluster)


# --- leaks


def counted():
    return {"threads": len(os.listdir("/proc/self/task")), "descriptors": len(os.listdir("/proc/self/fd"))}


def resident_kib():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


def test_many_clusters_leave_the_process_as_it_was(temporary):
    def cycle():
        with ottla.Cluster(log=lambda level, line: None) as cluster:
            assert answers(cluster.bootstrap_servers)
        with pytest.raises(ottla.SettingError):
            ottla.Cluster(num_partitions=0)

    for _ in range(20):
        cycle()
    gc.collect()
    before, resident = counted(), resident_kib()
    for _ in range(CYCLES):
        cycle()
    gc.collect()
    assert counted() == before
    assert list(temporary.iterdir()) == []
    assert resident_kib() - resident < 2 * CYCLES + 2048, "KiB a cycle"
