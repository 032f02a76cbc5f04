"""The fields of a result, through JSON and files and back."""

import dataclasses

import numpy as np
import pytest
import torch

from dlbook.figures import fields
from tests.toy import executed, refused, through_files


def test_a_result_comes_back_from_its_files_to_the_bit(load):
    script = load()
    before = executed(script)
    after = through_files(script, before)
    old, new = (fields.scalars(str, result) for result in (before, after))
    assert (old, repr(old)) == (new, repr(new))
    for name in ("x", "y"):
        old, new = getattr(before, name), getattr(after, name)
        assert isinstance(new, torch.Tensor)
        assert old.dtype == new.dtype
        assert old.numpy().tobytes() == new.numpy().tobytes()


@pytest.mark.parametrize(
    "tensor",
    [
        torch.tensor([0.0, -0.0, 5e-324, 1 / 3], dtype=torch.float64),
        torch.arange(6, dtype=torch.int64).reshape(2, 3).T,
        torch.tensor([[True], [False]]),
        torch.tensor(3.5, dtype=torch.float32),
        torch.zeros(0, 4),
        torch.ones(2, requires_grad=True),
        np.arange(4, dtype=np.int16),
    ],
    ids=["floats", "strided", "bools", "scalar", "empty", "learned", "numpy"],
)
def test_every_kind_of_array_comes_back_with_its_shape_and_type(load, tensor):
    kind = f"{type(tensor).__module__}.{type(tensor).__name__}"
    script = load(
        ("import torch\n", "import numpy\nimport torch\n"), ("y: torch.Tensor", f"y: {kind}")
    )
    result = dataclasses.replace(executed(script), y=tensor)
    after = through_files(script, result).y
    assert type(after) is type(tensor)
    assert (after.shape, after.dtype) == (tensor.shape, tensor.dtype)
    numpy = fields.arrays(result)["y"]
    assert np.asarray(after).tobytes() == numpy.tobytes()


def test_a_record_of_another_result_is_refused(load):
    script = load()
    result = executed(script)
    packed, tensors = fields.packed(str, result)
    values = packed["scalars"]

    def told(scalars):
        given = {**packed, "scalars": scalars}
        return refused(
            lambda: fields.rebuild(
                "figures_src/toy.py", script.Result, result.config, given, tensors
            )
        )

    message = "Result does not fit its record: "
    assert message in told({name: value for name, value in values.items() if name != "steps"})
    assert message in told(values | {"new": 1})
    assert message in told(values | {"slope": {"m": 1}})
    assert message in told(values | {"slope": {"mean": 3.0, "low": 1.0, "high": 2.0, "n": 1}})


def test_values_and_tensors_along_axes_come_back_with_their_axes(load):
    script = load()
    before = executed(script)
    after = through_files(script, before)
    assert after.rates == before.rates
    assert after.rows.axes == (("way", ("up", "down")),)
    assert torch.equal(after.rows["down"], before.rows["down"])
    assert fields.arrays(before)["rows"].shape == (2, 5)


def test_a_tensor_becomes_nested_lists_of_so_many_significant_digits():
    values = torch.tensor([[123456.0, 0.00098765], [0.0, -1.0 / 3]], dtype=torch.float64)
    assert fields.significant(values, 3) == [[123000.0, 0.000988], [0.0, -0.333]]
    assert fields.significant(values[0, 1], 2) == 0.00099
