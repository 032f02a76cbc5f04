#!/usr/bin/env bash
# Second derivatives of an eager function make a compiler's folder among the temporary files.
#
# Guess: torch.func.hessian computes, and touches no file; torch.compile alone needs a cache.
# Does: the first call loads torch._inductor, which makes `torchinductor_USER` in the temporary
#   folder. Nothing is compiled. torch.autograd.grad does not do so, taken twice over x³.
# For us: a script that trains may write no file, so what a library writes while it is being
#   loaded is let pass, however late that is.
#
# Seen on 2026-11-28 (of what the temporary folder holds after each):
#   | torch 2.13.0
#   | import torch: nothing
#   | autograd.grad twice: nothing
#   | torch.func.hessian: torchinductor_
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "torch==2.13.0" "numpy==2.4.6"
mkdir temporary
cat > look.py <<'PYTHON'
import os
import torch

def tell(after):
    print(f"{after}:", *sorted(n[:14] for n in os.listdir("temporary")) or ["nothing"])

print("torch", torch.__version__.partition("+")[0])
tell("import torch")
x = torch.ones(3, requires_grad=True)
(slope,) = torch.autograd.grad((x**3).sum(), x, create_graph=True)
torch.autograd.grad(slope.sum(), x)
tell("autograd.grad twice")
torch.func.hessian(lambda v: (v**3).sum())(x.detach())
tell("torch.func.hessian")
PYTHON
found=$(TMPDIR="$folder/temporary" venv/bin/python look.py)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
