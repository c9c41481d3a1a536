import { stringify } from "smol-toml";
import { parseToml } from "../../config/toml.ts";
import { isObject } from "../../json.ts";
import { CHECKERS, type Checker, type LintSettings } from "./settings.ts";

/** What says which checkers a project uses. */
export interface LintFiles {
  /** Names of the files at the root. */
  readonly root: ReadonlySet<string>;
  readonly pyproject: string | undefined;
  /** Texts of the other files that may configure or name a checker, by their names. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A checker, and whether what it finds fails the stage. */
export interface PlannedChecker {
  readonly name: Checker;
  readonly required: boolean;
}

/** The checkers that are run, in a fixed order: those of the settings, or those of the convention and of the project. */
export function plannedCheckers(files: LintFiles, { tools }: LintSettings): PlannedChecker[] {
  if (tools !== undefined)
    return CHECKERS.filter((name) => tools.includes(name)).map((name) => ({ name, required: true }));
  const used = usedCheckers(files);
  const formatter = used.has("ruff-format") ? "ruff-format" : "black";
  const planned = new Set<Checker>(["ruff", formatter, "mypy", ...used]);
  return CHECKERS.filter((name) => planned.has(name)).map((name) => ({ name, required: used.has(name) }));
}

/** Checkers that read the packages which the code imports. */
const READS_PACKAGES: ReadonlySet<Checker> = new Set(["mypy", "pylint", "pyright", "ty"]);

/** Whether checkers need the project's packages: to follow its imports, or since it pins their own versions or plugins there. */
export function needsPackages(checkers: readonly PlannedChecker[], { pyproject, texts }: LintFiles): boolean {
  const declared = pyproject === undefined ? "" : withoutSettings(pyproject);
  return checkers.some(({ name }) => READS_PACKAGES.has(name) || namesPackage(packageOf(name), declared, texts));
}

const packageOf = (name: Checker): string => (name === "ruff-format" ? "ruff" : name);

/** pyproject.toml without the pipeline's settings, which name checkers as well. */
function withoutSettings(pyproject: string): string {
  const { tool, ...tables } = parseToml("pyproject.toml", pyproject);
  const { "ml-pipeline": _, ...tools } = isObject(tool) ? tool : {};
  return stringify({ ...tables, tool: tools });
}

/** The checkers that the project configures, or names among its development tools. */
function usedCheckers({ root, pyproject, texts }: LintFiles): Set<Checker> {
  const { tool } = pyproject === undefined ? {} : parseToml("pyproject.toml", pyproject);
  const tables = isObject(tool) ? tool : {};
  const ruff = isObject(tables.ruff) ? tables.ruff : {};
  const isUsed = (name: Checker): boolean => {
    if (name === "ruff-format")
      return isObject(ruff.format) || /^\s*-\s*id:\s*ruff-format\b/m.test(texts[".pre-commit-config.yaml"] ?? "");
    return (
      isObject(tables[name]) ||
      OWN_FILES[name].some((file) => root.has(file)) ||
      ["setup.cfg", "tox.ini"].some((file) => hasSection(texts[file] ?? "", name)) ||
      namesPackage(name, pyproject ?? "", texts)
    );
  };
  return new Set(CHECKERS.filter(isUsed));
}

const OWN_FILES: Readonly<Record<Exclude<Checker, "ruff-format">, readonly string[]>> = {
  ruff: ["ruff.toml", ".ruff.toml"],
  black: [],
  isort: [".isort.cfg"],
  flake8: [".flake8"],
  pylint: [".pylintrc", "pylintrc", ".pylintrc.toml", "pylintrc.toml"],
  mypy: ["mypy.ini", ".mypy.ini"],
  pyright: ["pyrightconfig.json"],
  ty: ["ty.toml"],
};

/** `[mypy]`, `[mypy-numpy.*]`, `[pylint.main]`; pytest's settings of a plugin are no section of it. */
const hasSection = (text: string, name: string): boolean => new RegExp(`^\\[${name}([-.:].*)?\\]`, "m").test(text);

/** Whether a package is among the requirements or the hooks of a project. */
function namesPackage(name: string, pyproject: string, texts: LintFiles["texts"]): boolean {
  const listed = new RegExp(`^\\s*"?${name}\\b(?![-.\\w])`, "im");
  const quoted = new RegExp(`["']${name}(?![-.\\w])[^"']*["']\\s*(,|\\]|$)`, "im");
  const hook = new RegExp(`^\\s*-?\\s*id:\\s*["']?${name}(?![-\\w])`, "m");
  return (
    Object.entries(texts).some(([file, text]) => {
      if (file === ".pre-commit-config.yaml") return hook.test(text);
      return file.endsWith(".txt") ? listed.test(text) : file === "Pipfile" && listed.test(text);
    }) ||
    quoted.test(pyproject) ||
    new RegExp(`^${name}\\s*=\\s*["'{]`, "im").test(pyproject)
  );
}
