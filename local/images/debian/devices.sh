# Mounts the host's devices that packages use while they are installed. $1: the root that is made.
set -eu
for name in null zero full random urandom tty; do
  : >"$1/dev/$name"
  mount --bind "/dev/$name" "$1/dev/$name"
done
