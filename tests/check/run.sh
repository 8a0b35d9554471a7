#!/bin/sh
# What needs apt or root, run by `make check`. Whatever cannot be had here is named as skipped, not passed over.
set -eu
BIN=${BIN:-.venv/bin}

want() { # want PROGRAM PACKAGE
    command -v "$1" >/dev/null 2>&1 && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        [ -n "${UPDATED:-}" ] || { apt-get update -qq >/dev/null 2>&1 || true; UPDATED=1; }
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null 2>&1 || true
    fi
    command -v "$1" >/dev/null 2>&1 || echo "SKIPPED: $1 cannot be had here (package $2)"
}

want tmux tmux
want soffice libreoffice-calc
[ "$(id -u)" = 0 ] || echo "SKIPPED: not root, so no small disk can be mounted to fill it up"

exec "$BIN/pytest" -m check -rs tests
