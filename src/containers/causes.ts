import { posix } from "node:path";
import { tellingLines } from "../text.ts";

/*
 * What the output of a failed command says in one line, and which setting may change it. The exit code of a Python program that
 * raised says nothing.
 */

/** Why a command failed, in its own words, and what to do. */
export interface Cause {
  readonly text: string;
  readonly advice?: string;
}

/** The folder that a path is in, or is: what has an ending is taken for a file. */
const folderOf = (path: string): string => (posix.extname(path) === "" ? path : posix.dirname(path));

/** What the last lines of a command's output say; undefined where they have no form that is known. */
export function causeOf(output: string): Cause | undefined {
  for (const line of tellingLines(output).slice(-LAST).reverse()) {
    const text = FORMS.map((form) => form.exec(line)?.[1]).find((one) => one !== undefined);
    if (text !== undefined) return withProgram(withAdvice(text.trim()), output);
  }
  return undefined;
}

/** What Python says of a program that it cannot start is what it says of a file that is not there: the frame above tells them apart. */
function withProgram(cause: Cause, output: string): Cause {
  const name = /No such file or directory: '([\w+.-]+)'$/.exec(cause.text)?.[1];
  return name === undefined ||
    cause.advice !== undefined ||
    !/subprocess\.py", line \d+, in _execute_child/.test(output)
    ? cause
    : { ...cause, advice: systemPackage(name) };
}

/** Lines that are looked at, beside frames of stacks: an exception may be followed by a log, and a traceback of another one comes before it. */
const LAST = 40;
const MAX_LETTERS = 300;

const FORMS = [
  // The last line of a traceback: a class, with its module where it is no builtin, and a message.
  /^((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Failure|Timeout|Warning|NotFound|Refused|Missing\w*)(?::.*)?)$/,
  // argparse, click, typer and pip.
  /^(?:\S+: )?(error: .*)$/i,
  /^(Error: .*)$/,
  // pytest, of two files of one name that are in no packages.
  /^(import file mismatch):$/,
  // What the loader and a shell say.
  /^(\S+: (?:error while loading shared libraries|command not found|not found)\b.*)$/,
  // Poetry.
  /^(pyproject\.toml changed significantly since poetry\.lock .*)$/,
  // uv.
  /^\s*×\s+(.*)$/,
];

function withAdvice(text: string): Cause {
  const shown = text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS)}…` : text;
  for (const [pattern, words] of ADVICE) {
    const match = pattern.exec(text);
    if (match !== null) return { text: shown, advice: words(match) };
  }
  return { text: shown };
}

/** Debian's packages of libraries and programs that projects miss, by the name in the message. */
const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/libgomp/, "libgomp1"],
  [/libGL\.so/, "libgl1"],
  [/libgthread|libglib/, "libglib2.0-0"],
  [/libsndfile/, "libsndfile1"],
  [/libSM\.so/, "libsm6"],
  [/libXext/, "libxext6"],
  [/libXrender/, "libxrender1"],
  [/libpq\.so|pg_config/, "libpq-dev"],
  [/libodbc/, "unixodbc"],
  [/libmysqlclient|mysql_config/, "default-libmysqlclient-dev"],
  [/libopenblas/, "libopenblas0"],
  [/libtbb/, "libtbb12"],
  [/\bgit\b/i, "git"],
  [/\b(gcc|cc|x86_64-linux-gnu-gcc)\b/, "gcc"],
  [/\b(g\+\+|c\+\+)/, "g++"],
  [/\bcmake\b/, "cmake"],
  [/\bmake\b/, "make"],
  [/\bffmpeg\b/, "ffmpeg"],
  [/\bjava\b|JAVA_HOME/i, "default-jre-headless"],
  [/\bcurl\b/, "curl"],
  [/\bwget\b/, "wget"],
  [/\bunzip\b/, "unzip"],
  [/\bdot\b|graphviz/i, "graphviz"],
];

function systemPackage(name: string): string {
  const known = PACKAGES.find(([pattern]) => pattern.test(name))?.[1];
  return known === undefined
    ? `name the package of Debian that has ${name} in environment.system-packages`
    : `environment.system-packages = [${JSON.stringify(known)}] installs it`;
}

const ADVICE: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/(lib[\w.+-]+\.so[\w.]*): cannot open shared object file/, ([, library = ""]) => systemPackage(library)],
  [/Unable to find (lib\w+)|(libGL\.so[\w.]*|libgomp[\w.]*)/, ([, one, other]) => systemPackage(one ?? other ?? "")],
  [/command '([\w+./-]+)' failed: No such file/, ([, program = ""]) => systemPackage(program)],
  [/Git executable not found|Bad git executable|No such file or directory: '(git)'/i, () => systemPackage("git")],
  [
    /(?:No such file or directory: '|^)(gcc|g\+\+|cmake|make|ffmpeg|java|dot|curl|wget|unzip)'?(?:: (?:command )?not found)?$/,
    ([, program = ""]) => systemPackage(program),
  ],
  [
    /feature names should match|feature_names mismatch|has \d+ features?, but \w+ is expecting/i,
    () =>
      "the model must get what training gave it: where `ml-pipeline init` wrote the evaluation or the server, `features` in it is yours to complete",
  ],
  [
    /unrecognized arguments:|[Nn]o such option/,
    () =>
      "the commands table of the settings says how each script is called, and a script is told only what is named there",
  ],
  [
    /the following arguments are required:|Missing (?:option|argument|parameter)/,
    () => "the commands table of the settings says how each script is called",
  ],
  [
    /^import file mismatch$/,
    () =>
      'two files of tests have one name, and Python takes the second for the first: give one another name, or leave its folder out, as test.args = ["--ignore=FOLDER"] does',
  ],
  [
    /MLFLOW_ALLOW_FILE_STORE/,
    () =>
      'a table of the command allows its folder: command = "…", env = { MLFLOW_ALLOW_FILE_STORE = "true" } (commands in the settings)',
  ],
  [
    /Invalid statement \(at line 1, column 1\)/,
    () => "a file of TOML may not begin with a byte-order mark (BOM): save it as UTF-8 without one",
  ],
  [
    /(?:Permission denied|Read-only file system): '(?:\/app\/)?(\.?[^/'][^']*)'/,
    ([, path = ""]) =>
      `in the image the server may write to /tmp, and to folders that the settings name: image.writable-folders = [${JSON.stringify(folderOf(path))}]`,
  ],
];
