#!/bin/sh
# ml-pipeline as one file: what follows the last line of this program is its npm package. The first use unpacks it below the
# cache, by its version and hash; any other use only starts it.
set -eu
folder=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/ml-pipeline/programs/@NAME@
if [ ! -f "$folder/package.json" ]; then
  mkdir -p "${folder%/*}"
  chmod 700 "${folder%/*/*}"
  draft=$(mktemp -d "$folder.XXXXXX")
  tail -n +@LINES@ "$0" | tar -xz -C "$draft" --strip-components=1 --no-same-owner
  # Another call may have been faster.
  mv -T "$draft" "$folder" 2>/dev/null || rm -rf "$draft"
fi
exec "$folder/bin/ml-pipeline" "$@"
