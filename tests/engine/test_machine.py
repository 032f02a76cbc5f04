import platform
import re
from pathlib import Path

import pytest

from dlbook.engine import machine


def test_the_processor_has_a_name():
    assert machine.processor()


def test_where_the_system_does_not_tell_the_architecture_serves(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise FileNotFoundError

    monkeypatch.setattr(Path, "read_text", refuse)
    assert machine.processor() in (platform.processor(), platform.machine())


@pytest.mark.parametrize("part", ["processor", "instructions", "torch", "numpy"])
def test_the_kind_changes_with_processor_instructions_torch_and_numpy(monkeypatch, part):
    machine.made_on.cache_clear()
    before = machine.made_on()
    machine.made_on.cache_clear()
    real = machine.version
    if part in ("processor", "instructions"):
        monkeypatch.setattr(machine, part, lambda: "another")
    monkeypatch.setattr(machine, "version", lambda name: "9" if name == part else real(name))
    after = machine.made_on()
    machine.made_on.cache_clear()
    assert after != before
    assert re.fullmatch(r"[0-9a-f]{12}", after)
