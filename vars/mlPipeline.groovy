/*
 * A step of a Jenkins shared library, for Jenkinsfiles that are written by hand: puts ml-pipeline beside the workspace and calls it.
 *
 *   @Library('ml-pipeline@v0.1.0') _
 *   …
 *   mlPipeline(call: ['run', '--source=.', "--branch=${env.BRANCH_NAME}", 'report', 'export', '--path=report/'])
 *   mlPipeline(call: ['assert', '--report=report/'])
 *
 * call     the words of a call; none of them is read by a shell
 * version  a tag or a commit of ml-pipeline; v0.1.0 where it is left out
 * module   the address of its Git repository
 *
 * The agent is a Linux with git and Node 20 or later. A secret is a variable of withCredentials around the step, and --FLAG=env:VARIABLE.
 */
def call(Map options) {
    String words = ''
    for (Object word : options.call) {
        words += " '" + word.toString().replace("'", "'\\''") + "'"
    }
    List where = [
        'ML_PIPELINE_MODULE=' + (options.module ?: 'https://github.com/OWNER/ml-pipeline'),
        'ML_PIPELINE_VERSION=' + (options.version ?: 'v0.1.0')
    ]
    withEnv(where) {
        sh(label: 'ml-pipeline', script: '''
            folder=$WORKSPACE_TMP/ml-pipeline
            git init --quiet "$folder"
            git -C "$folder" fetch --quiet --depth=1 "$ML_PIPELINE_MODULE" "$ML_PIPELINE_VERSION"
            git -C "$folder" checkout --quiet FETCH_HEAD
            "$folder/bin/ml-pipeline"''' + words)
    }
}
