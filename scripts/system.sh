#!/bin/sh
# Sees to what the browser tests need of the system: Chromium, a font with Chinese characters, xz.
# Root on Debian gets it installed; everybody else is told in one line what is missing. Chromium's shell without windows
# is the same engine for half the processor time: the tests take it where it is, and do without where it is not.
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    missing="$missing chromium"
{ dpkg -s fonts-noto-cjk 2>/dev/null || fc-list :lang=zh 2>/dev/null; } | grep -q . || missing="$missing fonts-noto-cjk"
command -v xz >/dev/null || missing="$missing xz-utils"
better=""
command -v chromium-headless-shell >/dev/null || better="chromium-headless-shell"
[ -n "$missing$better" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    [ -n "$missing" ] || exit 0
    echo "gridward: The tests need$missing. As an administrator: apt-get install$missing [system.missing]" >&2
    exit 4
fi
echo "installing$missing $better" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086  # a list of packages
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
if [ -n "$better" ]; then
    apt-get install -y -qq --no-install-recommends "$better" >/dev/null || echo "going on without $better" >&2
fi
