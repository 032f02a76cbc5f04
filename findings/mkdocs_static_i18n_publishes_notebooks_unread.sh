#!/usr/bin/env bash
# With mkdocs-static-i18n in the way, mkdocs-jupyter's pages are the notebooks' raw JSON.
#
# Guess: two plugins of one site work together, or a strict build says that they do not: lab.ipynb
#   in both languages becomes a page with its cells, whichever plugin is listed first.
# Does: in the folder layout the page at lab/index.html is the file lab.ipynb itself, in both
#   languages and in both orders of the plugins; `mkdocs build --strict` prints nothing and ends
#   with 0. Without the i18n plugin the page is HTML.
# For us: two configurations, one for each language, instead of the plugin.
#
# Seen on 2026-11-28 (of a strict build, and of the pages that the notebook became):
#   | mkdocs-jupyter==0.26.3
#   | mkdocs-static-i18n==1.3.1
#   | mkdocs==1.6.1
#   | jupyter alone: exit 0, 0 warnings
#   |   zh/lab/index.html begins <!DOCTYP
#   | jupyter, i18n: exit 0, 0 warnings
#   |   lab/index.html begins {"cells"
#   |   en/lab/index.html begins {"cells"
#   | i18n, jupyter: exit 0, 0 warnings
#   |   lab/index.html begins {"cells"
#   |   en/lab/index.html begins {"cells"
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "mkdocs==1.6.1" "click==8.4.2" \
    "mkdocs-static-i18n==1.3.1" "mkdocs-jupyter==0.26.3" "mkdocs-material==9.8.1"

for language in zh en; do
  mkdir -p "docs/$language"
  echo "# Home" > "docs/$language/index.md"
  cat > "docs/$language/lab.ipynb" <<'JSON'
{"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "outputs": [],
  "source": ["1 + 1"]}], "metadata": {"language_info": {"name": "python"}},
  "nbformat": 4, "nbformat_minor": 5}
JSON
done
i18n='  - i18n:
      docs_structure: folder
      languages:
        - {locale: zh, name: Chinese, default: true, build: true}
        - {locale: en, name: English, build: true}'
jupyter='  - mkdocs-jupyter: {include: ["*.ipynb"]}'

# Build a site strictly with the plugins given, and tell what it said and how its pages begin.
built() {
  local name=$1 plugins=$2 code=0
  printf 'site_name: Book\nplugins:\n%s\n' "$plugins" > mkdocs.yml
  venv/bin/mkdocs build --quiet --strict --site-dir site > said 2>&1 || code=$?
  echo "$name: exit $code, $(grep -c 'WARNING -\|ERROR -' said || true) warnings"
  shift 2
  for page in "$@"; do
    echo "  $page begins $(tr -d ' \n' < "site/$page" | cut -c1-8)"
  done
}

export NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true  # notices, not about this site
found=$(
  venv/bin/pip freeze | grep -E '^(mkdocs|mkdocs-static-i18n|mkdocs-jupyter)==' | sort
  built "jupyter alone" "$jupyter" zh/lab/index.html
  built "jupyter, i18n" "$jupyter"$'\n'"$i18n" lab/index.html en/lab/index.html
  built "i18n, jupyter" "$i18n"$'\n'"$jupyter" lab/index.html en/lab/index.html
)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
