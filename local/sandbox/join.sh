# Puts itself into control groups and becomes the command, which stays in them with all that it starts.
# $1: how many files follow. The files: cgroup.procs of each group. The rest: the command.
count=$1
shift
while [ "$count" -gt 0 ]; do
  echo 0 >"$1" || exit 1
  shift
  count=$((count - 1))
done
exec "$@"
