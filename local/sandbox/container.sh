# The first process of a container's namespaces: finishes the root, starts the command and buries orphans until it ends.
# It starts in the root, and stays there when the root moves. $1: the root. $2: the mount program. $3: the table of what
# could not be mounted before (/proc). $4: the hostname program or nothing. $5: the host's name in the container.
# The rest: the command. What goes wrong here is said on descriptor 3; the single word there when all went well is "ready".
root=$1 mount=$2 table=$3 hostname=$4 name=$5
shift 5
exec 8>&2 2>&3
set -e
"$mount" -n -i --all --fstab "$table"
if [ -n "$hostname" ]; then "$hostname" "$name"; fi
# The new root goes over the old one, as at the boot of a machine: nothing leads back.
"$mount" -n -i --move "$root" /
set +e
printf ready >&3
exec 3>&- 2>/dev/null
# In a subshell, so that the shell's own words about a killed command go nowhere.
(exec "$@" 2>&8 8>&-)
exit $?
