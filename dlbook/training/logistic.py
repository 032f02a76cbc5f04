"""Logistic regressions as scikit-learn fits them, several side by side like one layer of units."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True)
class Regressions:
    """One ``sklearn.linear_model.LogisticRegression`` per output."""

    models: Sequence[Any]

    def probabilities(self, x: Tensor) -> Tensor:
        """Each model's ``predict_proba`` of label 1, ``(n, in) -> (n, out)``."""
        columns = [torch.from_numpy(m.predict_proba(x.numpy())[:, 1]) for m in self.models]
        return torch.stack(columns, 1)

    def layer(self) -> tuple[Tensor, Tensor]:
        """The same weights ``(in, out)`` and biases ``(out)`` for a network of ours."""
        weights = [torch.from_numpy(m.coef_[0]) for m in self.models]
        biases = [torch.from_numpy(m.intercept_) for m in self.models]
        return torch.stack(weights, 1), torch.cat(biases)


def fit(x: Tensor, labels: Tensor, inverse_penalty: float = 1.0) -> Regressions:
    """Fit one regression to each column: ``x (n, in)``, ``labels (n, out)`` of two values each.

    The penalty is ``|w|^2 / (2 inverse_penalty)`` beside the summed loss, scikit-learn's ``C``.

    Raises:
        ValueError: the shapes do not fit, or a column has one value only.
    """
    from sklearn.linear_model import LogisticRegression  # slow to import

    if x.dim() != 2 or labels.dim() != 2 or len(x) != len(labels):
        raise ValueError(f"x (n, in), labels (n, out): not {tuple(x.shape)}, {tuple(labels.shape)}")
    columns = labels.int().numpy().T
    return Regressions([LogisticRegression(C=inverse_penalty).fit(x.numpy(), y) for y in columns])
