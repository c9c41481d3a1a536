/*
 * Builds a declarative Jenkinsfile as far as the files of ml-pipeline go: `run.groovy JENKINSFILE BUILD RECORD`. What it does not know is an
 * error, as it is for Jenkins, and not a thing to be skipped. BUILD is a file of properties:
 *
 *   workspace=DIR  repository=DIR  commit=SHA
 *   env.NAME=VALUE  parameter.NAME=VALUE  credential.ID=VALUE  causes=TimerTrigger,UserIdCause  user=NAME
 *   members.GROUP=yes (somebody of it answers each question)  plugin.publishHTML=yes  library=DIR
 *
 * RECORD gets a line for each thing that happened, and last the result.
 */
class Failure extends RuntimeException {
    Failure(String message) { super(message) }
}

class Aborted extends RuntimeException {
    Aborted(String message) { super(message) }
}

class Build {
    static final List RESULTS = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED']

    Properties given
    File record
    /** What the `env` of a pipeline has, for all steps that follow. */
    Map env = [:]
    Map params = [:]
    List causes
    String result = 'SUCCESS'

    Build(Properties given, File record) {
        this.given = given
        this.record = record
        record.text = ''
        env.putAll(under('env.'))
        causes = (given.causes ?: '').tokenize(',')
    }

    Map under(String prefix) {
        given.findAll { name, value -> name.startsWith(prefix) }.collectEntries { name, value -> [name.substring(prefix.length()), value] }
    }

    void note(String line) { record << "$line\n" }

    void worsen(String to) { if (RESULTS.indexOf(to) > RESULTS.indexOf(result)) result = to }
}

/** Runs a block with the words that this object knows, and with no others. */
abstract class Words {
    Build build

    protected Object within(Closure body, Object words) {
        Closure copy = (Closure) body.clone()
        copy.delegate = words
        copy.resolveStrategy = Closure.DELEGATE_ONLY
        copy.call()
    }

    Map getEnv() { build.env }
    Map getParams() { build.params }
}

class Pipeline extends Words {
    private Closure stages

    void agent(String what) { if (what != 'none') throw new Failure("agent $what") }
    String getNone() { 'none' }
    void options(Closure body) { within(body, new Options(build: build, of: 'pipeline')) }
    void triggers(Closure body) { within(body, new Triggers(build: build)) }
    void parameters(Closure body) { within(body, new Parameters(build: build)) }
    void stages(Closure body) { stages = body }

    void run() {
        try {
            within(stages, new Stages(build: build))
        } catch (Aborted stopped) {
            build.note("aborted: ${stopped.message}")
            build.worsen('ABORTED')
        } catch (Exception failed) {
            build.note("failed: ${failed.message}")
            build.worsen('FAILURE')
        }
        build.note("result: ${build.result}")
    }
}

class Triggers extends Words {
    void cron(String line) { build.note("cron: ${line.replace('\n', ' ')}") }
}

class Parameters extends Words {
    void booleanParam(Map about) {
        build.params[about.name] = (build.given["parameter.$about.name".toString()] ?: about.defaultValue.toString()).toBoolean()
        // Steps have parameters as variables.
        build.env[about.name] = build.params[about.name].toString()
    }
}

class Options extends Words {
    String of

    void disableConcurrentBuilds(Map how = [:]) {
        // Jenkins cannot make this option of null.
        if (how.containsKey('abortPrevious') && !(how.abortPrevious instanceof Boolean)) throw new Failure("abortPrevious: $how.abortPrevious")
        build.note("$of: concurrent builds ${how.abortPrevious ? 'end the one before' : 'wait'}")
    }

    void lock(String name) { build.note("$of: lock $name") }
}

class Stages extends Words {
    void stage(String title, Closure body) {
        Stage stage = new Stage(build: build, title: title)
        within(body, stage)
        stage.run()
    }
}

class Stage extends Words {
    String title
    private Closure when, options, steps, post
    private String label

    void when(Closure body) { when = body }
    void options(Closure body) { options = body }
    void agent(Closure body) { within(body, new Agent(build: build, stage: this)) }
    void steps(Closure body) { steps = body }
    void post(Closure body) { post = body }
    void setLabel(String name) { label = name }

    void run() {
        if (when != null) {
            When conditions = new When(build: build)
            within(when, conditions)
            if (!conditions.holds.every()) {
                build.note("$title: skipped")
                return
            }
            // Otherwise a build that skips the stage would wait for its lock and its agent.
            if (options != null && !conditions.beforeOptions) throw new Failure("$title asks when it has the options")
            if (label != null && !conditions.beforeAgent) throw new Failure("$title asks when it has an agent")
        }
        build.note("$title: began")
        if (options != null) within(options, new Options(build: build, of: title))
        Node node = label == null ? null : new Node(build, title, label)
        try {
            within(steps, new Steps(build: build, title: title, node: node))
        } finally {
            if (post != null) within(post, new Post(build: build, title: title, node: node))
        }
    }
}

class Agent extends Words {
    Stage stage

    void label(String name) { stage.label = name }
}

class When extends Words {
    List holds = []
    boolean beforeAgent, beforeOptions

    void beforeAgent(boolean is) { beforeAgent = is }
    void beforeOptions(boolean is) { beforeOptions = is }
    void changeRequest() { holds << (build.env.CHANGE_ID != null) }
    void branch(String pattern) { holds << (build.env.BRANCH_NAME != null && matches(build.env.BRANCH_NAME, pattern)) }
    void buildingTag() { holds << (build.env.TAG_NAME != null) }
    void triggeredBy(String cause) { holds << build.causes.contains(cause) }
    void triggeredBy(Map about) { holds << build.causes.contains(about.cause) }
    void expression(Closure body) { holds << (within(body, this) as boolean) }

    void tag(Map about) {
        if (about.comparator != 'GLOB') throw new Failure("comparator $about.comparator")
        holds << (build.env.TAG_NAME != null && matches(build.env.TAG_NAME, about.pattern))
    }

    void not(Closure body) {
        When inner = new When(build: build)
        within(body, inner)
        holds << !inner.holds.every()
    }

    private static boolean matches(String name, String pattern) {
        java.nio.file.FileSystems.default.getPathMatcher("glob:$pattern").matches(java.nio.file.Path.of(name))
    }
}

/** An agent with its workspace: there what is to be built is checked out before anything else, over what an earlier build left. */
class Node {
    final File workspace, temporary

    Node(Build build, String title, String label) {
        build.note("$title: agent $label")
        workspace = new File(build.given.workspace)
        temporary = new File("${build.given.workspace}@tmp")
        build.env.putAll([WORKSPACE: workspace.path, WORKSPACE_TMP: temporary.path, GIT_COMMIT: build.given.commit])
        workspace.mkdirs()
        [['init', '--quiet'], ['fetch', '--quiet', build.given.repository, build.given.commit], ['checkout', '--quiet', '--force', 'FETCH_HEAD']].each {
            Process git = new ProcessBuilder(['git'] + it).directory(workspace).inheritIO().start()
            if (git.waitFor() != 0) throw new Failure("git $it")
        }
    }
}

class Steps extends Words {
    String title
    Node node
    Map secrets = [:]
    Map variables = [:]

    void echo(String text) { build.note("$title: $text") }
    void timeout(Map limit, Closure body) {
        if (!(limit.time instanceof Integer) || !(limit.unit in ['MINUTES', 'DAYS'])) throw new Failure("timeout $limit")
        within(body, this)
    }
    void script(Closure body) { within(body, new Scripted(here())) }
    void withEnv(List more, Closure body) {
        within(body, new Steps(here() + [variables: variables + more.collectEntries { it.split('=', 2) }]))
    }

    protected Map here() { [build: build, title: title, node: node, secrets: secrets, variables: variables] }

    /** A step of the shared library, whose own steps are those of here. */
    Object methodMissing(String name, Object given) {
        File file = new File(build.given.library ?: '', "vars/${name}.groovy")
        if (!file.exists()) throw new NoSuchMethodError("No such DSL method '$name' found among steps")
        Script step = new GroovyShell().parse(file)
        step.metaClass.methodMissing = { String inner, Object words -> this.invokeMethod(inner, words) }
        step.invokeMethod('call', given)
    }

    Object sh(Map about) {
        if (node == null) throw new Failure("$title has no agent for a shell")
        build.note("$title: sh $about.label${secrets.isEmpty() ? '' : ' with ' + secrets.keySet().sort().join(', ')}")
        ProcessBuilder shell = new ProcessBuilder('sh', '-xe', '-c', about.script).directory(node.workspace)
        shell.environment().putAll((build.env + variables).collectEntries { name, value -> [name, value.toString()] } + secrets)
        shell.redirectError(ProcessBuilder.Redirect.INHERIT)
        if (!about.returnStdout) shell.redirectOutput(ProcessBuilder.Redirect.INHERIT)
        Process process = shell.start()
        String printed = about.returnStdout ? process.inputStream.text : null
        int code = process.waitFor()
        if (code != 0) throw new Failure("script returned exit code $code")
        printed
    }

    Map string(Map about) { about }

    void withCredentials(List bindings, Closure body) {
        Map taken = bindings.collectEntries {
            String value = build.given["credential.$it.credentialsId".toString()]
            if (value == null) throw new Failure("Could not find credentials entry with ID '$it.credentialsId'")
            [it.variable, value]
        }
        within(body, new Steps(here() + [secrets: secrets + taken]))
    }

    void catchError(Map how, Closure body) {
        try {
            within(body, this)
        } catch (Failure failed) {
            build.note("$title: ${how.message ?: 'caught'}: ${failed.message}")
            build.worsen(how.buildResult)
        }
    }

    void input(Map about) {
        if (node != null) throw new Failure("$title keeps an agent while it waits")
        if (build.given["members.$about.submitter".toString()] == null) throw new Aborted("nobody of $about.submitter answered")
        build.note("$title: $about.submitter says $about.ok")
    }

    void junit(Map about) {
        File file = new File(node.workspace, about.testResults)
        if (!file.exists() && !about.allowEmptyResults) throw new Failure("no $about.testResults")
        if (!file.exists()) return
        String text = file.text
        int failed = text.count('<failure')
        build.note("$title: junit ${text.count('<testcase')} tests, ${failed > 0 ? 'some' : 'none'} failed")
        if (failed > 0) build.worsen('UNSTABLE')
    }

    void archiveArtifacts(Map about) {
        File folder = new File(node.workspace, about.artifacts - '/**')
        int count = 0
        if (folder.isDirectory()) folder.eachFileRecurse(groovy.io.FileType.FILES) { count++ }
        if (count == 0 && !about.allowEmptyArchive) throw new Failure("nothing is in $about.artifacts")
        build.note("$title: archive ${count == 0 ? 'nothing' : folder.name}")
    }

    void publishHTML(Map about) {
        if (build.given['plugin.publishHTML'] == null) throw new NoSuchMethodError("No such DSL method 'publishHTML' found among steps")
        build.note("$title: page $about.target.reportDir/$about.target.reportFiles")
    }
}

class Scripted extends Steps {
    Map getCurrentBuild() {
        [getBuildCauses: { String type -> build.causes.contains(type.tokenize('$').last()) ? [[userId: build.given.user]] : [] }]
    }
}

class Post extends Words {
    String title
    Node node

    void always(Closure body) { within(body, new Steps(build: build, title: title, node: node)) }
}

Properties given = new Properties()
new File(args[1]).withReader('UTF-8') { given.load(it) }
Build build = new Build(given, new File(args[2]))
Binding binding = new Binding()
binding.setVariable('pipeline', { Closure body ->
    Pipeline pipeline = new Pipeline(build: build)
    pipeline.within(body, pipeline)
    pipeline.run()
})
new GroovyShell(binding).evaluate(new File(args[0]))
System.exit(build.result in ['SUCCESS', 'UNSTABLE'] ? 0 : 1)
