#!/bin/sh
# Sees to what the browser tests need of the system: Chromium, a font with Chinese characters, xz.
# Root on Debian gets it installed; everybody else is told in one line what is missing.
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    missing="$missing chromium"
{ dpkg -s fonts-noto-cjk 2>/dev/null || fc-list :lang=zh 2>/dev/null; } | grep -q . || missing="$missing fonts-noto-cjk"
command -v xz >/dev/null || missing="$missing xz-utils"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "gridward: The tests need$missing. As an administrator: apt-get install$missing [system.missing]" >&2
    exit 4
fi
echo "installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086  # a list of packages
apt-get install -y -qq --no-install-recommends $missing >/dev/null
