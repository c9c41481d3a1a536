# Makes a CPython that was copied into a root ready to use, and ends with an error if it does not run there.
# $1: the root, $2: the version.
set -eu
program="/usr/local/bin/python$2"
chroot "$1" ldconfig
chroot "$1" "$program" -B -I -c 'import bz2, ctypes, decimal, hashlib, lzma, multiprocessing, sqlite3, ssl, uuid, venv, zlib'
# What is imported on the way leaves no byte code (-B): that would differ from machine to machine.
chroot "$1" env PYTHONHASHSEED=0 "$program" -B -m compileall -q "/usr/local/lib/python$2"
