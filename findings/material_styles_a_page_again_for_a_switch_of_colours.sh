#!/usr/bin/env bash
# With a switch of colours, Material for MkDocs styles a whole page three times more as it begins.
#
# Guess: what a long page costs a phone as it begins is the layout of what lies far below. The
#   theme's script adds little to it, and no more for a switch of colours, since nothing is
#   switched on a first visit.
# Does: on a page that is already on the screen, each round below computes the style of every
#   element anew. One comes without the switch, from the classes of the root; three more come with
#   it. The script adds a meta element for the colour scheme, empty at first and filled then, and
#   marks the body while it sets the scheme that is set already, for which the sheet has a rule
#   about all that is in the body.
# For us: the rule is not in our sheet and the root has its classes from the start. Long pages
#   gained up to twenty points of Lighthouse, together with what waits to be laid out.
#
# Seen on 2026-11-30 (rounds of style that took in all of 2,000 paragraphs, once the script began):
#   | mkdocs-material==9.8.1
#   | mkdocs==1.6.1
#   | without a switch: 1
#   | with one: 4
#   | with one, and without the rule: 3
set -euo pipefail
unset PYTHONPATH

seen=$(sed -n 's/^#   | //p' "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "mkdocs==1.6.1" "click==8.4.2" \
    "mkdocs-material==9.8.1" "playwright==1.65.2"

mkdir docs
{ echo "# Page"; for k in $(seq 2000); do printf '\nParagraph %s.\n' "$k"; done; } > docs/index.md
switch='  palette:
    - {scheme: default, toggle: {icon: material/weather-sunny, name: dark}}
    - {scheme: slate, toggle: {icon: material/weather-night, name: light}}'

cat > rounds.py <<'PYTHON'
import functools, http.server, json, os, shutil, sys, threading, time
from playwright.sync_api import sync_playwright

names = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "google-chrome")
found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
if not found:
    raise SystemExit("a Chromium is needed: name one in CHROMIUM")

class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

serve = functools.partial(Quiet, directory=sys.argv[1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
threading.Thread(target=server.serve_forever, daemon=True).start()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=found)
    page = browser.new_page()
    page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    # The page is complete and on the screen before the script comes, as on a slow line.
    page.route("**/bundle.*.js", lambda route: (time.sleep(2), route.continue_()))
    timeline = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
    browser.start_tracing(page=page, categories=timeline)
    page.goto("{}://{}:{}/".format("http", *server.server_address))
    page.wait_for_timeout(2000)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    shown = page.evaluate("document.querySelectorAll('article p').length")
    browser.close()
[begun] = [
    event["ts"] for event in events
    if event["name"] == "EvaluateScript" and "bundle" in event["args"]["data"]["url"]
]
rounds = [e for e in events if e["name"] == "UpdateLayoutTree" and e["ts"] > begun]
print(sum(round["args"].get("elementCount", 0) >= shown for round in rounds))
PYTHON

export NO_MKDOCS_2_WARNING=1 DISABLE_MKDOCS_2_WARNING=true  # notices, not about this site
rounds() {
  printf 'site_name: Book\nplugins: []\ntheme:\n  name: material\n  font: false\n%s\n' \
      "$1" > mkdocs.yml
  venv/bin/mkdocs build --quiet --site-dir "$2"
  [ -z "${3-}" ] || sed -i -E "$3" "$2"/assets/stylesheets/*.css
  venv/bin/python rounds.py "$2"
}
rule='s/\[data-md-color-switching\] \*,[^{]*\{[^}]*\}//'
found=$(
  venv/bin/pip freeze | grep -E '^(mkdocs|mkdocs-material)==' | sort
  echo "without a switch: $(rounds '' plain)"
  echo "with one: $(rounds "$switch" switched)"
  echo "with one, and without the rule: $(rounds "$switch" bare "$rule")"
)

echo "$found"
if [ "$found" != "$seen" ]; then
  echo "changed: what this script's head says was seen is no longer so" >&2
  exit 1
fi
