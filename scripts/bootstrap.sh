#!/bin/sh
# Makes the Python environment .venv from the locks, and only when one of them changed.
#   scripts/bootstrap.sh run    what the house needs to run and to be set up
#   scripts/bootstrap.sh dev    also what tests and checks need
#   scripts/bootstrap.sh bench  also what benchmarks run beside the house
# Ends with one line and exit code 4 when the machine lacks something. PYTHON chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-run}
case $kind in
    run) locks="requirements/run.txt requirements/tools.txt" ;;
    dev) locks="requirements/dev.txt" ;;
    bench) locks="requirements/bench.txt" ;;
    *) echo "usage: scripts/bootstrap.sh run|dev|bench" >&2; exit 2 ;;
esac

refuse() {
    echo "gridward: $1 [$2]" >&2
    exit 4
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
}

python=$(find_python)
[ -n "$python" ] || refuse "Python 3.11 or newer is needed and was not found. Install it, or name it: make PYTHON=/path/to/python3 ..." python.missing

# The environment is tied to its place, its interpreter and its locks: when one changes, the stamp does not fit.
fingerprint() {
    { pwd -P; "$python" -c 'import sys; print(sys.version, sys.base_prefix)'
      cat requirements/bootstrap.txt "$@" scripts/bootstrap.sh; } | cksum
}

stamp=.venv/.stamp-$kind
# shellcheck disable=SC2086  # a list of files
wanted=$(fingerprint $locks)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    refuse "Python's venv module is missing. On Debian and Ubuntu install the package python3-venv and try again" python.venv_missing

begun=$(date +%s)
say() { echo "[$(( $(date +%s) - begun )) s] $1" >&2; }

log=$(mktemp)
fresh=""
clean_up() {
    rm -f "$log"
    # An environment that we began and did not finish is taken away again.
    if [ -n "$fresh" ] && [ ! -f "$stamp" ]; then rm -rf .venv; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
run() {
    if ! "$@" >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        if grep -q 'No space left on device' "$log"; then refuse "Disk full while setting up the Python environment. Make room and try again" disk.full; fi
        refuse "Setting up the Python environment failed: see above. Nothing was started" setup.failed
    fi
}

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "1/3 making the Python environment"
    rm -rf .venv
    fresh=yes
    run "$python" -m venv .venv
fi
rm -f "$stamp"
say "2/3 installing the installer"
run .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
say "3/3 installing what is locked"
# Where only pip knows the way to the packages (a mirror in its configuration), pip does the same from the same locks.
for lock in $locks; do
    if ! .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock" >"$log" 2>&1; then
        run .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    fi
done

site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
pwd -P > "$site/gridward-checkout.pth"
command_make() {
    printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m %s "$@"\n' "$2" > ".venv/bin/$1"
    chmod 755 ".venv/bin/$1"
}
# The same two as in pyproject.toml, without an installation: the checkout itself is what runs.
command_make gridward gridward.wiring.cli
command_make gridward-verify gridward_verify
echo "$wanted" > "$stamp"
say "the Python environment is ready"
