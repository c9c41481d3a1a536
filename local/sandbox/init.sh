# The first process of the engine's namespaces. It starts the engine and reaps orphans until the engine ends.
# $1: the mode, for the engine. The rest: the engine's command.
ML_PIPELINE_NAMESPACES=$1
export ML_PIPELINE_NAMESPACES
shift
"$@"
exit $?
