# The first process of a container's namespaces. It finishes the root, starts the command, and reaps orphans until the
# command ends. It starts in the root and stays there when the root moves.
# $1: the root. $2: the mount program. $3: the table of what could not be mounted before (/proc). $4: the hostname program
# or nothing. $5: the container's host name. The rest: the command.
# Descriptor 3 gets the error when something goes wrong here, and else the word "ready", and the exit code of the command.
# Descriptor 4 gets the errors of the command, so that nothing of the host's programs is among them.
root=$1 mount=$2 table=$3 hostname=$4 name=$5
shift 5
exec 2>&3
set -e
"$mount" -n -i --all --fstab "$table"
if [ -n "$hostname" ]; then "$hostname" "$name"; fi
# The new root is moved over the old one, as when a machine boots, so that no path leads back.
"$mount" -n -i --move "$root" /
set +e
printf ready >&3
exec 2>/dev/null
# The subshell drops the shell's own message about a killed command.
(exec "$@" 2>&4 4>&- 3>&-)
code=$?
printf ' %s' "$code" >&3
exit "$code"
