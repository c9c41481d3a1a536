# Mounts one thing after the other. $1: the mount program. Then, four at a time: type, options, source, target.
mount=$1
shift
while [ $# -gt 0 ]; do
  "$mount" -n -i -t "$1" -o "$2" -- "$3" "$4" || exit
  shift 4
done
