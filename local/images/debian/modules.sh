# Compiles modules of CPython's library in /build, for headers of another version than their source has.
# $1: how the names of compiled modules end.
set -eu
cd /build
tar -xf source.tar.xz --strip-components=1 --wildcards '*/Modules/_sqlite/*' '*/Modules/_lzmamodule.c' '*/Modules/clinic/_lzmamodule.c.h'
build() { gcc -O2 -fPIC -shared -s -DNDEBUG -Iinclude "$@"; }
build -DMODULE_NAME='"sqlite3"' -o "_sqlite3$1" Modules/_sqlite/*.c -lsqlite3
build -IModules -o "_lzma$1" Modules/_lzmamodule.c -llzma
