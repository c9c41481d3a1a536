# The first process of the engine's namespaces: starts the engine and buries orphans until it ends.
# $1: the mode, for the engine. The rest: the engine's command.
ML_PIPELINE_NAMESPACES=$1
export ML_PIPELINE_NAMESPACES
shift
"$@"
exit $?
