# The first process of a container's namespaces: finishes the root, starts the command and buries orphans until it ends.
# $1: the root. $2: the mount program. $3: the hostname program or nothing. $4: the host's name in the container.
# $5: `mount` or `bind`, how /proc gets there. $6: `guard` where the kernel's settings must be kept from a real root.
# The rest: the command. What goes wrong here is said on descriptor 3; the single word there when all went well is "ready".
root=$1 mount=$2 hostname=$3 name=$4 proc=$5 guard=$6
shift 6
exec 8>&2 2>&3
set -e
cd "$root"
case $proc in
  mount) "$mount" -n -i -t proc -o nosuid,nodev,noexec proc "$root/proc" ;;
  *) "$mount" -n -i -o rbind /proc "$root/proc" ;;
esac
if [ "$guard" = guard ]; then
  for path in sys sysrq-trigger irq bus; do
    if [ -e "$root/proc/$path" ]; then "$mount" -n -i -o bind,ro "$root/proc/$path" "$root/proc/$path"; fi
  done
fi
if [ -n "$hostname" ]; then "$hostname" "$name"; fi
# The new root goes over the old one, as at the boot of a machine: nothing leads back.
"$mount" -n -i --move "$root" /
set +e
printf ready >&3
exec 3>&- 2>/dev/null
"$@" 2>&8 8>&-
exit $?
