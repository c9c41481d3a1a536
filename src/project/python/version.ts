import { parseToml } from "../../config/toml.ts";
import { UserError } from "../../errors.ts";
import { isObject } from "../../json.ts";
import { CONDA_FILES } from "../dependencies/kind.ts";

/* Which version of Python a project runs on: what its files say of it. */

/** Where nothing says otherwise. */
export const DEFAULT_PYTHON = "3.11";

/** Versions that a project may ask for, the oldest first. */
export const VERSIONS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"];

/** What a project's files say of its version. */
export interface PythonFiles {
  readonly pyproject?: string | undefined;
  /** Texts of `.python-version`, `runtime.txt`, `setup.cfg`, `setup.py`, `Pipfile`, `environment.yml` and their like, by their names. */
  readonly texts: Readonly<Record<string, string>>;
}

/** One version, or a range of them, and what says so. */
interface Demand {
  readonly place: string;
  /** As it is written there. */
  readonly text: string;
  allows(version: string): boolean;
}

/** The version of Python that a project runs on. */
export interface ChosenPython {
  /** `3.12`. */
  readonly version: string;
  /** What asks for it: `.python-version has 3.12`; empty where nothing does. */
  readonly by: string;
}

/** No version of Python is what a project's files and settings ask for. */
export class NoPython extends UserError {}

/**
 * The version of Python: what the settings say, or the one that a file names, or the nearest to the default that all ranges allow.
 *
 * @param configured `python` of the settings
 * @throws NoPython when two of them cannot both be kept, with both places, and for what is none of the versions that there are
 */
export function choosePython(files: PythonFiles, configured: string | undefined): ChosenPython {
  const ranges = rangesOf(files);
  const named = configured === undefined ? namedVersions(files) : [exactly("python in the settings", configured)];
  const demands = [...named, ...ranges];
  const possible = VERSIONS.filter((version) => demands.every((one) => one.allows(version)));
  if (configured !== undefined && !VERSIONS.includes(configured)) possible.push(configured);
  const [found] = possible.sort((a, b) => distance(a) - distance(b));
  if (found !== undefined) return { version: found, by: demands.map(wordsOf).join(", ") };
  const advice =
    named.length > 0 && configured === undefined
      ? ", or say `python` in the settings, which comes before a version that a file names"
      : "";
  throw new NoPython(
    `No version of Python is right: ${clashOf(demands)}. There are ${VERSIONS.join(", ")}: change what asks for another${advice}.`,
    "your-project",
  );
}

/** What asks for a version, in words. */
const wordsOf = ({ place, text }: Demand): string => `${place} has ${text}`;

/** Two demands that cannot both be kept, or all of them. */
function clashOf(demands: readonly Demand[]): string {
  for (const [index, one] of demands.entries()) {
    const other = demands
      .slice(index + 1)
      .find((two) => !VERSIONS.some((version) => one.allows(version) && two.allows(version)));
    if (other !== undefined) return `${wordsOf(one)}, and ${wordsOf(other)}`;
  }
  return demands.map(wordsOf).join(", ");
}

/** How far a version is from the default; of two the newer one comes first. */
const distance = (version: string): number => {
  const away = minorOf(version) - minorOf(DEFAULT_PYTHON);
  return away >= 0 ? away : 100 - away;
};

/** 12 of 3.12. */
export const minorOf = (version: string): number => Number(version.split(".")[1]);

const exactly = (place: string, version: string): Demand => ({
  place,
  text: version,
  allows: (one) => one === version,
});

function namedVersions({ texts }: PythonFiles): Demand[] {
  const found: readonly (readonly [string, RegExp])[] = [
    [".python-version", /^\s*(?:cpython-?|python-?)?(3\.\d+)/m],
    ["runtime.txt", /^\s*(?:python-)?(3\.\d+)/m],
    ["Pipfile", /^\s*python_(?:full_)?version\s*=\s*["'](3\.\d+)/m],
    ...CONDA_FILES.map((file): [string, RegExp] => [file, /^\s*-\s*["']?python\s*={1,2}\s*(3\.\d+)/m]),
  ];
  return found.flatMap(([file, pattern]) => {
    const version = pattern.exec(texts[file] ?? "")?.[1];
    return version === undefined ? [] : [exactly(file, version)];
  });
}

function rangesOf({ pyproject, texts }: PythonFiles): Demand[] {
  const { project, tool } = pyproject === undefined ? {} : parseToml("pyproject.toml", pyproject);
  const requires = isObject(project) ? project["requires-python"] : undefined;
  const poetry =
    isObject(tool) && isObject(tool.poetry) && isObject(tool.poetry.dependencies)
      ? tool.poetry.dependencies.python
      : undefined;
  const conda = CONDA_FILES.map((file): [string, unknown] => [
    `${file} (python)`,
    /^\s*-\s*["']?python\s*((?:[<>!~]=?)[^"'#\n]*)/m.exec(texts[file] ?? "")?.[1]?.trim(),
  ]);
  const written: readonly (readonly [string, unknown])[] = [
    ["requires-python in pyproject.toml", requires],
    ["tool.poetry.dependencies.python in pyproject.toml", poetry],
    ["python_requires in setup.cfg", /^\s*python_requires\s*=\s*(.+)$/m.exec(texts["setup.cfg"] ?? "")?.[1]?.trim()],
    ["python_requires in setup.py", /python_requires\s*=\s*["']([^"']+)["']/.exec(texts["setup.py"] ?? "")?.[1]],
    ...conda,
  ];
  return written.flatMap(([place, text]) =>
    typeof text === "string" && text.trim() !== ""
      ? [{ place, text, allows: (version: string) => allows(text, version) }]
      : [],
  );
}

/**
 * Whether a version such as 3.12 has a release that a specifier allows (PEP 440; also Poetry's `^3.9` and `3.10.*`, and alternatives with
 * `||`). What cannot be understood allows all.
 */
export function allows(specifier: string, version: string): boolean {
  const minor = minorOf(version);
  return specifier.split("||").some((part) =>
    part
      .split(",")
      .map((clause) => clause.trim())
      .filter((clause) => clause !== "" && clause !== "*")
      .every((clause) => keeps(clause, minor)),
  );
}

function keeps(clause: string, minor: number): boolean {
  const [, operator = "==", major, given, patch] =
    /^(===|==|!=|~=|>=|<=|>|<|=|\^|~)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+|\*))?(?:\.\*)?\S*$/.exec(clause) ?? [];
  if (major === undefined) return true;
  // Of the versions before and after 3 none is here.
  const at = Number(major) < 3 ? -1 : Number(major) > 3 ? Number.POSITIVE_INFINITY : Number(given ?? 0);
  const whole = given === undefined;
  switch (operator) {
    case ">=":
      return minor >= at;
    case ">":
      // After 3.8.0 there are releases of 3.8.
      return patch === undefined ? minor > at : minor >= at;
    case "<":
      return patch === undefined || patch === "0" ? minor < at : minor <= at;
    case "<=":
      return minor <= at;
    case "!=":
      return clause.endsWith("*") || patch === undefined ? minor !== at : true;
    case "^":
      return minor >= at;
    case "~=":
      return patch === undefined ? minor >= at : minor === at;
    default:
      return whole ? Number(major) === 3 : minor === at;
  }
}
