"""ottla/codes.py is the library's own table, as an enumeration that editors and type checkers can read.

    OTTLA_UPDATE_PAGES=1 build/python-env/bin/python -m pytest bindings-tests/python/codes_test.py     writes it anew
"""

import os
import pathlib
import pickle

import ottla
import pytest

from ottla import _native
from ottla.errors import error_of

PAGE = pathlib.Path(__file__).parents[2] / "python" / "ottla" / "codes.py"


def render():
    lines = [
        '"""The codes of errors: Kafka\'s from -1 up, Ottla\'s own below. Made from the library\'s table; bindings-tests/python/codes_test.py',
        'writes it anew."""',
        "",
        "import enum",
        "",
        "",
        "class ErrorCode(enum.IntEnum):",
    ]
    for code, name, meaning, *_ in _native.codes():
        lines += [f"    # {meaning}", f"    {name} = {code}"]
    return "\n".join(lines) + "\n"


def test_the_page_is_the_table():
    if os.environ.get("OTTLA_UPDATE_PAGES"):
        PAGE.write_text(render(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == render()


def test_the_package_has_every_code():
    table = {name: code for code, name, *_ in _native.codes()}
    assert len(table) > 100
    assert {code.name: code.value for code in ottla.ErrorCode} == table


def test_every_code_has_an_exception_with_its_predicates():
    classes = set()
    for code, name, _, retriable, fatal, abortable in _native.codes():
        error = error_of(code, "said", retriable, fatal, abortable)
        assert isinstance(error, ottla.Error)
        assert (error.code, error.name, error.message) == (code, name, "said")
        assert (error.retriable, error.fatal, error.abortable) == (retriable, fatal, abortable)
        assert str(error) == f"{name}: said"
        classes.add(type(error))
    assert classes == {ottla.Error, ottla.SettingError, ottla.InUseError, ottla.ClosedError}


def test_predicates_are_kafkas():
    table = {name: rest for _, name, _, *rest in _native.codes()}
    assert table["NOT_ENOUGH_REPLICAS"] == [True, False, False]
    assert table["PRODUCER_FENCED"][1] is True
    assert table["OFFSET_OUT_OF_RANGE"] == [False, False, False]


def test_an_exception_passes_between_processes():
    error = error_of(ottla.ErrorCode.ADDRESS_IN_USE, "127.0.0.1:1 is taken", True)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is ottla.InUseError
    assert (copy.code, copy.message, copy.retriable, copy.fatal) == (error.code, error.message, True, False)
    assert repr(copy) == "<ottla.InUseError ADDRESS_IN_USE (-115), retriable: 127.0.0.1:1 is taken>"


def test_a_setting_error_is_a_value_error():
    with pytest.raises(ValueError, match="UNKNOWN_SETTING"):
        raise error_of(ottla.ErrorCode.UNKNOWN_SETTING, "no such setting")
