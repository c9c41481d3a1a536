# Leaves out what nobody reads in a container. $1: the root that is made, once its first packages were unpacked.
set -eu
for folder in man doc info locale lintian; do
  if [ -d "$1/usr/share/$folder" ]; then find "$1/usr/share/$folder" -mindepth 1 -delete; fi
  echo "path-exclude=/usr/share/$folder/*" >>"$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
done
