import io
import json
import os

import numpy as np
import pytest

from dlbook.base.whole import write
from dlbook.engine import files, store
from dlbook.engine.store import Circumstances, DamagedError
from dlbook.record.records import FILES, sealed

ARRAYS = {
    "file": np.array([0.1, -0.0, 5e-324, 1e308]),
    "whole": np.arange(6, dtype=np.int32).reshape(2, 3),
    "turned": np.arange(6.0).reshape(2, 3).T,
    "scalar": np.float32(1.5).reshape(()),
    "empty": np.zeros((0, 3)),
    "yes": np.array([True, False]),
}
SCALARS = {"n": 10**30, "x": 0.1 + 0.2, "name": "折叠", "parts": [1, [2.5, True]]}


@pytest.fixture
def kept(desk):
    """A stored result under key ``k``."""
    store.save_result(
        desk.project, "a", store.pack(SCALARS, ARRAYS), Circumstances("k", "here", 1.5, [])
    )
    return desk.project


def test_a_result_comes_back_to_the_bit():
    scalars, arrays = store.unpack(store.pack(SCALARS, ARRAYS))
    assert scalars == SCALARS
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert arrays[name].tobytes() == array.tobytes()
        assert arrays[name].flags.writeable


def test_arrays_alone_are_a_file_that_numpy_opens():
    with np.load(io.BytesIO(store.pack({}, ARRAYS))) as data:
        assert set(data.files) == set(ARRAYS)
        np.testing.assert_array_equal(data["whole"], ARRAYS["whole"])


def test_the_same_result_gives_the_same_bytes_in_any_order():
    backwards = dict(reversed(ARRAYS.items()))
    assert store.pack(SCALARS, ARRAYS) == store.pack(dict(reversed(SCALARS.items())), backwards)


def test_another_last_bit_gives_other_bytes():
    other = {**ARRAYS, "file": np.nextafter(ARRAYS["file"], 1)}
    assert store.pack(SCALARS, ARRAYS) != store.pack(SCALARS, other)


def test_objects_are_not_stored():
    with pytest.raises(ValueError, match="Object arrays"):
        store.pack({}, {"x": np.array([{}])})


def test_what_was_saved_is_loaded_with_its_circumstances(kept):
    payload, circumstances = store.load_result(kept, "a", "k") or (b"", None)
    assert payload == store.pack(SCALARS, ARRAYS)
    assert circumstances == Circumstances("k", "here", 1.5, [])


def test_a_key_that_was_never_saved_gives_nothing(kept):
    assert store.load_result(kept, "a", "other") is None


@pytest.mark.parametrize("place", [0, 5, 40, -1, -500])
def test_one_changed_byte_anywhere_is_noticed(kept, place):
    path = kept.result("a", "k")
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedError):
        store.load_result(kept, "a", "k")


@pytest.mark.parametrize("length", [0, 1, 100, 500, -1])
def test_a_truncated_result_is_noticed(kept, length):
    path = kept.result("a", "k")
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DamagedError):
        store.load_result(kept, "a", "k")


@pytest.mark.parametrize("header", [b"null", b"[]", b'{"sha256": "x"}', b'{"a": 1}'])
def test_a_foreign_header_is_noticed(kept, header):
    kept.result("a", "k").write_bytes(header + b"\nrest")
    with pytest.raises(DamagedError, match="no header"):
        store.load_result(kept, "a", "k")


def test_changed_circumstances_are_noticed(kept):
    path = kept.result("a", "k")
    header, _, payload = path.read_bytes().partition(b"\n")
    fields = {**json.loads(header), "cpu_seconds": 0.1}
    path.write_bytes(json.dumps(fields).encode() + b"\n" + payload)
    with pytest.raises(DamagedError, match="checksum"):
        store.load_result(kept, "a", "k")


def test_a_result_under_a_foreign_name_is_noticed(kept):
    kept.result("a", "k").rename(kept.result("a", "other"))
    with pytest.raises(DamagedError, match="another key"):
        store.load_result(kept, "a", "other")


def test_a_folder_in_its_place_is_noticed(kept):
    kept.result("a", "folder").mkdir()
    with pytest.raises(DamagedError, match="cannot be read"):
        store.load_result(kept, "a", "folder")


def test_the_last_four_results_are_kept_and_the_one_that_is_shown(kept):
    shown = {"run_key": "k", "draw_key": "d", "parts": {}, "passport": {},
             "files": dict.fromkeys(FILES, "")}  # fmt: skip
    write(kept.pointer("a"), files.to_json(sealed(shown)))
    store.save_result(kept, "ab", b"", Circumstances("k", "here", 1.0, []))
    for key in "123456":
        store.save_result(kept, "a", b"", Circumstances(key, "here", 1.0, []))
    left = {path.name for path in (kept.cache / "results").iterdir()}
    assert left == {"a-k.bin", "ab-k.bin", "a-3.bin", "a-4.bin", "a-5.bin", "a-6.bin"}


def test_a_result_that_was_used_counts_as_new(kept):
    old = kept.result("a", "k")
    os.utime(old, (1e9, 1e9))
    store.load_result(kept, "a", "k")
    assert old.stat().st_mtime > 1.1e9
