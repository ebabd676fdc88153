"""The test runner is what everyone believes, so it is lied to here: each way in which a test can be lost must be seen."""

import importlib.machinery
import importlib.util
import os
import pathlib
import stat
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent


def load_runner():
    loader = importlib.machinery.SourceFileLoader("runner", str(HERE / "test"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("runner", loader))
    sys.modules["runner"] = module  # dataclasses look their module up
    sys.dont_write_bytecode, kept = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = kept
    return module


runner = load_runner()

ONE_PASSED = '{"testsuites": [{"testsuite": [{"classname": "A", "name": "b", "status": "RUN", "result": "COMPLETED"}]}]}'
ONE_DISABLED = '{"testsuites": [{"testsuite": [{"classname": "A", "name": "b", "status": "RUN", "result": "COMPLETED"}, {"classname": "A", "name": "DISABLED_c", "status": "NOTRUN", "result": "SUPPRESSED"}]}]}'


def program(build, script):
    """A stand-in for a test program; $report is where it is asked to write its results."""
    (build / "test").mkdir()
    (build / "test-logs").mkdir()
    path = build / "test" / "some_test"
    path.write_text('#!/bin/sh\nreport=${1#--gtest_output=json:}\n' + script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return runner.google_test(build, "unit", "some_test")


def pytest_file(build, source):
    (build / "test-logs").mkdir()
    path = build / "some_test.py"
    path.write_text(source)
    return runner.pytest(build, "other", "some_test", str(path), "-p", "no:cacheprovider", "--rootdir", str(build))


def test_the_table_of_clients_is_found_in_what_pytest_prints():
    table = "            kcat\nrecords   ok\n1 clients, 1 behaviours: 1 ran well, 0 failed, 0 skipped, 0 not offered by the client"
    for after in ("1 passed in 0.10s", "====== short test summary info ======\nFAILED x\n1 failed in 0.10s"):
        assert runner.matrix(f".\n====== clients x behaviours ======\n{table}\n{after}") == f"\nclients x behaviours\n{table}"
    assert runner.matrix("1 passed in 0.10s") == ""


def test_a_program_that_passes(tmp_path):
    outcome = program(tmp_path, f"echo '{ONE_PASSED}' > $report\n")
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 0, [])


@pytest.mark.parametrize(
    "script",
    [
        "kill -SEGV $$\n",
        f"echo '{ONE_PASSED}' > $report; kill -ABRT $$\n",
        f"echo '{ONE_PASSED}' > $report; exit 1\n",
        "exit 0\n",
        "echo '{\"testsu' > $report\n",
        "echo '[1]' > $report\n",
        "echo '{\"testsuites\": []}' > $report\n",
    ],
    ids=["crashes", "crashes after its tests", "fails after its tests", "reports nothing", "reports half", "reports nonsense", "runs no test"],
)
def test_a_program_that_is_not_to_be_believed_has_failed(tmp_path, capsys, script):
    assert program(tmp_path, script).failed == 1


def test_a_report_of_the_last_run_is_not_taken_for_this_ones(tmp_path, capsys):
    (tmp_path / "test-logs").mkdir()
    (tmp_path / "test-logs" / "some_test.json").write_text(ONE_PASSED)
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "some_test").symlink_to("/bin/true")
    assert runner.google_test(tmp_path, "unit", "some_test").failed == 1


def test_a_disabled_test_is_a_skipped_one(tmp_path):
    assert program(tmp_path, f"echo '{ONE_DISABLED}' > $report\n").skipped == [("A.DISABLED_c", "disabled in the source")]


def test_a_filter_of_the_environment_leaves_no_test_out(tmp_path, monkeypatch):
    monkeypatch.setenv("GTEST_FILTER", "Nothing.*")
    assert program(tmp_path, f"[ -z \"$GTEST_FILTER\" ] && echo '{ONE_PASSED}' > $report\n").passed == 1


def test_skips_that_are_folded_into_one_line_keep_their_reason(tmp_path):
    outcome = pytest_file(tmp_path, "import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_a(n):\n    pytest.skip('registry does not answer')\n")
    assert [reason for _, reason in outcome.skipped] == ["registry does not answer"] * 3


def checked(build, *command):
    (build / "test-logs").mkdir()
    outcome = runner.check(build, "other", "some_check", list(command))
    return outcome.passed, outcome.failed


def test_a_check_counts_as_one_test(tmp_path):
    assert checked(tmp_path, "true") == (1, 0)


def test_a_check_that_fails_says_why(tmp_path, capsys):
    assert checked(tmp_path, "sh", "-c", "echo reason >&2; exit 1") == (0, 1)
    assert "reason" in capsys.readouterr().out


def test_what_does_not_end_is_ended_and_has_failed(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(runner, "LONGEST_SECONDS", 0.2)
    assert checked(tmp_path, "sleep", "30") == (0, 1)
    assert "no end within" in capsys.readouterr().out


def test_a_program_that_does_not_end_has_failed(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(runner, "LONGEST_SECONDS", 0.2)
    assert program(tmp_path, f"echo '{ONE_PASSED}' > $report; exec sleep 30\n").failed == 1


def test_a_python_run_that_dies_without_a_word_has_failed(tmp_path, capsys):
    assert pytest_file(tmp_path, "import os\nos._exit(0)\n").failed == 1


@pytest.mark.parametrize(
    "required, reason, code",
    [
        ("", "no node here", 0),
        ("1", "no node here", 1),
        ("1", "the registry does not answer", 0),
        ("1", "this machine cannot: its CPU lacks an instruction", 0),
    ],
)
def test_a_skip_fails_where_every_test_is_required(monkeypatch, capsys, required, reason, code):
    monkeypatch.setenv("OTTLA_REQUIRE", required)
    outcome = runner.Outcome("some_test", "unit", passed=1, skipped=[("A.b", reason)])
    assert runner.verdict([outcome], budgets_bind=True) == code
    assert f"skipped: some_test A.b: {reason}" in capsys.readouterr().out


def test_skips_that_share_a_reason_stand_in_one_line_and_count_each(monkeypatch, capsys):
    monkeypatch.setenv("OTTLA_REQUIRE", "1")
    outcome = runner.Outcome("some_test", "unit", passed=1, skipped=[("A.b", "no node here"), ("A.c", "no node here"), ("A.d", "no java here")])
    assert runner.verdict([outcome], budgets_bind=True) == 1
    said = capsys.readouterr().out
    assert "skipped: some_test A.b and 1 more: no node here" in said
    assert "1 passed, 3 failed, 3 skipped" in said


@pytest.mark.parametrize(
    "outcome, code",
    [
        (runner.Outcome("t", "unit", passed=1), 0),
        (runner.Outcome("t", "unit", passed=1, failed=1), 1),
        (runner.Outcome("t", "unit"), 1),
        (runner.Outcome("t", "unit", passed=1, seconds=3601), 1),
        (runner.Outcome("t", "a group without a budget", passed=1), 1),
    ],
    ids=["passes", "fails", "runs nothing", "takes too long", "counts against no budget"],
)
def test_the_verdict(capsys, outcome, code):
    assert runner.verdict([outcome], budgets_bind=True) == code
    assert ("everything passed" in capsys.readouterr().out) == (code == 0)


def make(house, *arguments):
    return subprocess.run(["make", *arguments], cwd=house, capture_output=True, text=True, timeout=60)


@pytest.fixture
def make_house(tmp_path):
    """The Makefile, over commands that only say when they begin and end."""
    (tmp_path / "Makefile").write_text((HERE.parent / "Makefile").read_text())
    (tmp_path / ".ci").mkdir()
    for name in ("setup", "build", "wheel", "test", "demo", "fuzz", "lint"):
        path = tmp_path / ".ci" / name
        path.write_text("#!/bin/sh\necho begin >> log; sleep 0.05; echo end >> log\n")
        path.chmod(0o755)
    return tmp_path


def test_two_targets_of_a_parallel_make_do_not_share_a_build_folder(make_house):
    assert make(make_house, "-j4", "test", "asan", "build").returncode == 0
    lines = (make_house / "log").read_text().split()
    assert lines == ["begin", "end"] * (len(lines) // 2) and len(lines) >= 16


def test_a_benchmark_that_fails_fails_the_run(make_house):
    benches = make_house / "build" / "dev" / "bench"
    benches.mkdir(parents=True)
    (benches / "a_bench").symlink_to("/bin/false")
    (benches / "b_bench").symlink_to("/bin/true")
    assert make(make_house, "bench").returncode != 0


@pytest.fixture
def build_house(tmp_path, monkeypatch):
    """.ci/build over a cmake and a ccache that only write down how they were called."""
    (tmp_path / "CMakePresets.json").write_text("{}")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "cmake").write_text('#!/bin/sh\necho "$1 ${CCACHE_DISABLE:-cached}" >> log\n[ "$1" = --build ] || touch build/dev/build.ninja\n')
    (programs / "cmake").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    for name in ("CCACHE_DISABLE", "CCACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def build(house):
    log = house / "log"
    log.unlink(missing_ok=True)
    subprocess.run([str(HERE / "build"), "dev"], cwd=house, check=True, capture_output=True, timeout=60)
    return log.read_text().splitlines()


def test_a_build_folder_is_configured_once_and_again_when_the_presets_change(build_house):
    assert [line.split()[0] for line in build(build_house)] == ["--preset", "--build"]
    assert [line.split()[0] for line in build(build_house)] == ["--build"]
    ninja = build_house / "build" / "dev" / "build.ninja"
    later = ninja.stat().st_mtime + 5
    os.utime(build_house / "CMakePresets.json", (later, later))
    assert [line.split()[0] for line in build(build_house)] == ["--preset", "--build"]


def test_a_user_without_a_home_builds_without_the_cache(build_house, monkeypatch):
    monkeypatch.setenv("HOME", str(build_house))
    assert build(build_house)[-1] == "--build cached"
    monkeypatch.setenv("HOME", "/proc/nowhere")
    assert build(build_house)[-1] == "--build 1"


def fuzz(house, programs, sources):
    (house / "core" / "base").mkdir(parents=True)
    (house / "cluster").mkdir()
    (house / "fuzz").mkdir()
    for name in sources:
        (house / "core" / "base" / f"{name}.cc").touch()
    for name, script in programs.items():
        (house / "fuzz" / name).write_text("#!/bin/sh\n" + script)
        (house / "fuzz" / name).chmod(0o755)
    return subprocess.run([str(HERE / "fuzz"), ".", "1"], cwd=house, capture_output=True, text=True, timeout=60)


CLEAN = "echo 'stat::number_of_executed_units: 5'\n"


def test_a_fuzzer_without_a_source_is_a_leftover(tmp_path):
    done = fuzz(tmp_path, {"a_fuzz": CLEAN, "old_fuzz": "exit 1\n"}, ["a_fuzz"])
    assert done.returncode == 0 and "1 fuzzers clean" in done.stdout


@pytest.mark.parametrize(
    "programs, why",
    [
        ({}, "was not built"),
        ({"a_fuzz": "exit 77\n"}, "the input lies in"),
        ({"a_fuzz": "kill -SEGV $$\n"}, "the input lies in"),
        ({"a_fuzz": "exit 0\n"}, "tried nothing"),
    ],
    ids=["not built", "finds something", "crashes", "does nothing"],
)
def test_a_fuzzer_that_did_not_run_clean_fails(tmp_path, programs, why):
    done = fuzz(tmp_path, programs, ["a_fuzz"])
    assert done.returncode == 1 and why in done.stdout
