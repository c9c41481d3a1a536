import { posix } from "node:path";
import type { ExecFailure } from "../errors.ts";
import { MADE, MADE_FOR_DEVELOPMENT } from "../project/dependencies/read.ts";
import { lastWords } from "../text.ts";
import { causeOf } from "./causes.ts";
import { explainExitCode } from "./exit-code.ts";
import { programPath } from "./programs.ts";

/*
 * Why an installation failed, in one line: what could not be installed, the reason in the words of the resolver or the compiler, and the
 * setting that changes it. The command that installs is long and the pipeline's own, and says nothing of that.
 */

/** What was to be installed, and for whom. */
interface Asked {
  /** The files that name the packages: `requirements.txt`; empty for the pipeline's tools. */
  readonly files: readonly string[];
  /** `scikit-learn==1.5` of a command that names packages itself. */
  readonly packages: readonly string[];
  readonly by: "apt" | "pip" | "other";
}

/** What was not installed, and why. */
interface Told {
  /** Absent where no package is to blame alone. */
  readonly what?: string | undefined;
  readonly reason: string;
  readonly advice?: string | undefined;
}

/** The headline of a failed installation. */
export function installationText({ cmd, exitCode, stdout, stderr }: ExecFailure): string {
  const asked = askedBy(cmd);
  const said = [stdout, stderr].filter(Boolean).join("\n");
  const { what, reason, advice } =
    exitCode > 128 ? { reason: explainExitCode(exitCode) } : toldIn(said, asked, exitCode);
  return `${what ?? subject(asked)} cannot be installed: ${reason}${advice === undefined ? "" : `; ${advice}`}`;
}

const subject = ({ files, packages, by }: Asked): string =>
  files.length > 0
    ? `what ${named(files)} names`
    : packages.length === 0
      ? "the project's packages"
      : `${by === "apt" ? "Debian's " : ""}${packages.join(", ")}`;

const named = (files: readonly string[]): string => files.join(" and ");

/** @param cmd the program that limits the time, and behind it the command */
function askedBy(cmd: readonly string[]): Asked {
  const debian = cmd.indexOf(programPath("install_debian.py"));
  if (debian >= 0) return { files: [], packages: cmd.slice(debian + 1), by: "apt" };
  const files = cmd.flatMap((word, index) => (cmd[index - 1] === "--requirement" ? [fileName(word)] : []));
  if (cmd.includes("sync")) return { files: ["uv.lock"], packages: [], by: "pip" };
  if (cmd.includes("--editable")) return { files: [], packages: ["the project itself"], by: "pip" };
  const packages = cmd.filter((word) => /^[\w.-]+(\[[\w,-]+\])?==/.test(word));
  return { files: [...new Set(files)], packages, by: cmd.includes("pip") ? "pip" : "other" };
}

/** A file that the pipeline makes of a lock file has no name that anybody knows. */
const fileName = (path: string): string =>
  [MADE, MADE_FOR_DEVELOPMENT].includes(posix.basename(path)) ? "the lock file" : path;

function toldIn(said: string, asked: Asked, exitCode: number): Told {
  const stopped = /^(stopped after .*)$/m.exec(said)?.[1];
  if (stopped !== undefined) return { reason: stopped };
  const uv = saidByUv(said);
  return (
    ofNetwork(said, uv) ??
    (uv === undefined
      ? undefined
      : (ofBuild(uv, said) ?? ofResolver(uv, asked) ?? ofDownload(uv, asked) ?? other(uv))) ??
    ofPip(said) ??
    ofDebian(said) ??
    plain(said, exitCode)
  );
}

/** What uv says: what failed, and below it the causes, the outermost first. */
interface SaidByUv {
  readonly head: string;
  readonly causes: readonly string[];
}

const HEAD = /^(?:error:|\s*×)\s+(.*)$/;
const CAUSE = /^\s+(?:cause:|[├╰]─▶)\s+(.*)$/;

function saidByUv(said: string): SaidByUv | undefined {
  const lines = said.split("\n");
  const at = lines.findLastIndex((line) => HEAD.test(line));
  const head = HEAD.exec(lines[at] ?? "")?.[1];
  if (head === undefined) return undefined;
  const causes: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const cause = CAUSE.exec(line)?.[1];
    if (cause !== undefined) causes.push(cause);
    // A cause goes on in lines that are set in, up to a blank one.
    else if (/^\s+\S/.test(line) && causes.length > 0) causes.push(`${causes.pop()} ${line.trim()}`);
    else break;
  }
  return { head: head.replace(/:$/, ""), causes };
}

const INDEX = "--package-index names another index";

/** An index that does not answer, or refuses: no package is to blame. */
function ofNetwork(said: string, uv: SaidByUv | undefined): Told | undefined {
  const status = /HTTP status \w+ error \((\d+ [^)]*)\) for url \(([^)\s]+)\)/.exec(said);
  if (status !== null) {
    const [, code = "", url = ""] = status;
    const isRefused = /^(401|403|407)/.test(code);
    return {
      reason: `${hostOf(url)} answers ${code}`,
      advice: isRefused ? `--package-credentials lets it in, and ${INDEX}` : INDEX,
    };
  }
  const fetched = /Failed to fetch: `?([^\s`]+)/.exec(said)?.[1];
  const isDown = /client error \(Connect\)|tcp connect error|dns error|operation timed out|request timed? ?out/i.test(
    said,
  );
  if (fetched !== undefined && isDown)
    return { reason: `${hostOf(fetched)} does not answer (${uv?.causes.at(-1) ?? "no answer"})`, advice: INDEX };
  if (
    /NewConnectionError|ConnectTimeoutError|NameResolutionError|Temporary failure in name resolution/.test(said) &&
    uv === undefined
  ) {
    const why = /\[Errno -?\d+\] ([^'")]+)/.exec(said)?.[1] ?? "no connection";
    return { reason: `the package index does not answer (${why.trim()})`, advice: INDEX };
  }
  return undefined;
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** A package that was to be built, and could not be: the last line of the build says why. */
function ofBuild({ head }: SaidByUv, said: string): Told | undefined {
  const [, name, version] = /^Failed to (?:download and )?build `([\w.-]+)(?:==([^`]+)| @ [^`]+)?`/.exec(head) ?? [];
  if (name === undefined) return undefined;
  const printed = said.slice(said.indexOf(head) + head.length).split(/^hint:/m, 1)[0] ?? "";
  const own = version === undefined;
  const what = own ? name : `${name} ${version}`;
  const git = printed.split("\n").findLast((line) => /^\s*fatal: /.test(line));
  if (git !== undefined) return { what, reason: git.trim() };
  // The last line of the backend, or of the compiler.
  const { text, advice } = causeOf(printed.replaceAll(/^\s+/gm, "")) ?? { text: lastWords(printed) };
  const advices = [advice, own ? undefined : wheelAdvice(name, version)].filter((one) => one !== undefined);
  return { what, reason: `its build failed: ${text}`, advice: advices.join("; ") || undefined };
}

/** A package is built only where the index has no wheel of it for the project's Python. */
const wheelAdvice = (name: string, version: string): string =>
  `the index has no wheel of ${name} ${version} for this Python. Old releases have wheels for older versions: \`python\` in the settings ` +
  `chooses one. Else take a newer ${name}, or name what builds it in environment.system-packages`;

/** Requirements that no versions keep. */
function ofResolver({ head, causes: [cause = ""] }: SaidByUv, asked: Asked): Told | undefined {
  if (!/^No solution found/.test(head)) return undefined;
  const place = asked.files.length === 0 ? "--tools" : named(asked.files);
  const absent = /(\S+) was not found in the package registry/.exec(cause)?.[1];
  if (absent !== undefined)
    return {
      what: absent,
      reason: "the package index has no package of that name",
      advice: `correct it in ${place}, or ${INDEX}`,
    };
  const python =
    /(?:current|requested) Python version \(([^)]+)\) does not satisfy Python(\S+) and (\S+) depends on/.exec(cause);
  if (python !== null) {
    const [, ours, needs, what] = python;
    return {
      what: readable(what),
      reason: `it needs Python ${needs}, and the project's is ${ours}`,
      advice: `\`python\` in the settings chooses another, or ${place} another version of it`,
    };
  }
  const wheel = /(\S+) has no wheels with a matching ([^(,]+?)(?: \(e\.g\., `([^`]+)`\))?(?: and|,|$)/.exec(cause);
  if (wheel !== null)
    return {
      what: readable(wheel[1]),
      reason: `the index has no wheel of it for this ${/platform/.test(wheel[2] ?? "") ? "platform" : "Python"}${wheel[3] === undefined ? "" : ` (${wheel[3]})`}`,
      advice: `\`python\` in the settings chooses another Python, or ${place} another version of it`,
    };
  const version = /there (?:is|are) no versions? of (\S+)/.exec(cause)?.[1];
  if (version !== undefined)
    return {
      what: readable(version),
      reason: "the package index has no such version",
      advice: `take another one in ${place}, or ${INDEX}`,
    };
  const required =
    /you require ((?:(?!you require ).)+?),? we can conclude that your requirements are unsatisfiable/.exec(cause)?.[1];
  return {
    what: required === undefined ? undefined : readable(required),
    reason: required === undefined ? shortened(cause) : "no versions of these go together",
    advice: `take other versions in ${place}`,
  };
}

/** `six 1.16` of `six==1.16`. */
const readable = (requirement: string | undefined): string | undefined => requirement?.replace(/==/g, " ");

/** A file that was downloaded, or was not. */
function ofDownload({ head, causes }: SaidByUv, asked: Asked): Told | undefined {
  const what = /^Failed to (?:download|fetch|prepare|read metadata for|extract) `([^`]+)`/.exec(head)?.[1];
  if (what === undefined) return undefined;
  const isHash = causes.some((cause) => /^Hash mismatch/.test(cause));
  return isHash
    ? {
        what: readable(what),
        reason: "the file in the index has another hash than the one that is named",
        advice: `make ${named(asked.files) || "the lock file"} anew, or take the index that it was made with (--package-index)`,
      }
    : { what: readable(what), reason: shortened(causes.at(-1) ?? head), advice: INDEX };
}

const other = ({ head, causes }: SaidByUv): Told => {
  const last = causes.at(-1);
  const cause = causeOf([head, ...causes].join("\n"));
  return { reason: shortened(last === undefined ? head : `${head}: ${last}`), advice: cause?.advice };
};

/** pip, which installs uv alone. */
function ofPip(said: string): Told | undefined {
  const lacking = /^ERROR: No matching distribution found for (\S+)/m.exec(said)?.[1];
  if (lacking !== undefined)
    return {
      what: readable(lacking),
      reason: "the package index has no such version for this Python",
      advice: `--tools takes another version, and ${INDEX}`,
    };
  const last = [...said.matchAll(/^ERROR: (.*)$/gm)].at(-1)?.[1];
  return last === undefined ? undefined : { reason: shortened(last), advice: INDEX };
}

const PACKAGES_OF_DEBIAN = "environment.system-packages names it";

function ofDebian(said: string): Told | undefined {
  const lacking = /^E: (?:Unable to locate package (\S+)|Package '([^']+)' has no installation candidate)/m.exec(said);
  if (lacking !== null)
    return { what: lacking[1] ?? lacking[2], reason: "Debian has no package of that name", advice: PACKAGES_OF_DEBIAN };
  const last = [...said.matchAll(/^E: (.*)$/gm)].at(-1)?.[1];
  return last === undefined ? undefined : { reason: shortened(last) };
}

function plain(said: string, exitCode: number): Told {
  const cause = causeOf(said);
  const words = cause?.text ?? lastWords(said);
  return { reason: words === "" ? explainExitCode(exitCode) : shortened(words), advice: cause?.advice };
}

const MAX_LETTERS = 300;

const shortened = (text: string): string => (text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS)}…` : text);
