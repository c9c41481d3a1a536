import { parseToml } from "../../config/toml.ts";
import { UserError } from "../../errors.ts";
import { isObject } from "../../json.ts";

/*
 * The requirements of a project that Poetry keeps and has not locked. With a poetry.lock Poetry itself says what to install.
 */

/** The requirements of `[tool.poetry]`, as pip reads them, for running and for development. */
export function poetryRequirements(pyproject: string): {
  readonly runtime: readonly string[];
  readonly development: readonly string[];
} {
  const { tool } = parseToml("pyproject.toml", pyproject);
  const { runtime, development } = poetryDependencies(isObject(tool) ? tool.poetry : undefined);
  return { runtime: requirementsOf(runtime), development: requirementsOf(development) };
}

/** A dependency by its name, as it is written. */
export type PoetryDependency = readonly [name: string, written: unknown];

/** The dependencies of `[tool.poetry]`: those of a run, and those of development, of all its groups. */
export function poetryDependencies(poetry: unknown): {
  readonly runtime: readonly PoetryDependency[];
  readonly development: readonly PoetryDependency[];
} {
  if (!isObject(poetry)) return { runtime: [], development: [] };
  const groups = isObject(poetry.group) ? Object.values(poetry.group) : [];
  const ofGroups = groups.map((group) => (isObject(group) ? group.dependencies : undefined));
  return {
    runtime: entriesOf(poetry.dependencies),
    development: [poetry["dev-dependencies"], ...ofGroups].flatMap(entriesOf),
  };
}

/** Whether a dependency is installed only for an extra that has it. */
export const isOptional = (written: unknown): boolean => isObject(written) && written.optional === true;

const requirementsOf = (dependencies: readonly PoetryDependency[]): string[] =>
  dependencies.flatMap(([name, written]) => requirement(name, written) ?? []);

/** Names and what is written of them: a dependency may have several forms, for several systems. */
function entriesOf(table: unknown): PoetryDependency[] {
  if (!isObject(table)) return [];
  return Object.entries(table).flatMap(([name, value]) =>
    name === "python" ? [] : (Array.isArray(value) ? value : [value]).map((one): PoetryDependency => [name, one]),
  );
}

/** One requirement; undefined for an optional one. */
function requirement(name: string, value: unknown): string | undefined {
  if (typeof value === "string") return `${name}${specifier(value)}`;
  if (!isObject(value)) throw notUnderstood(name);
  if (isOptional(value)) return undefined;
  const extras = Array.isArray(value.extras) ? `[${value.extras.join(",")}]` : "";
  const marker = typeof value.markers === "string" ? `; ${value.markers}` : pythonMarker(value.python);
  if (typeof value.version === "string") return `${name}${extras}${specifier(value.version)}${marker}`;
  if (typeof value.git === "string") {
    const at = [value.rev, value.tag, value.branch].find((one) => typeof one === "string");
    return `${name}${extras} @ git+${value.git}${at === undefined ? "" : `@${at}`}${marker === "" ? "" : ` ${marker}`}`;
  }
  const from = typeof value.url === "string" ? value.url : typeof value.path === "string" ? value.path : undefined;
  if (from !== undefined) return `${name}${extras} @ ${from}${marker === "" ? "" : ` ${marker}`}`;
  throw notUnderstood(name);
}

const pythonMarker = (python: unknown): string => {
  if (typeof python !== "string" || python === "*") return "";
  const clauses = specifier(python)
    .split(",")
    .filter(Boolean)
    .map((clause) => clause.replace(/^([<>=!~]+)\s*(.*)$/, "python_version $1 '$2'"));
  return clauses.length === 0 ? "" : `; ${clauses.join(" and ")}`;
};

const notUnderstood = (name: string): UserError =>
  new UserError(
    `pyproject.toml: the dependency ${name} of Poetry has a form that is read from a lock file alone. Run "poetry lock" and commit poetry.lock.`,
    "your-project",
  );

/** Poetry's constraint as a specifier of PEP 440: `^1.2.3` is `>=1.2.3,<2`, `~1.2` is `>=1.2,<1.3`. */
export function specifier(constraint: string): string {
  if (constraint.includes("||")) throw notUnderstood(constraint);
  return constraint
    .split(/\s*,\s*|(?<=[\w*])\s+(?=[<>=!~^])/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "" && clause !== "*")
    .map(clauseOf)
    .join(",");
}

function clauseOf(clause: string): string {
  const [, operator = "", version = ""] = /^([\^~]|[<>=!~]=?|===)?\s*(.*)$/.exec(clause) ?? [];
  const parts = version.split(".");
  if (operator === "^") {
    const first = parts.findIndex((part) => !/^0+$/.test(part));
    return `>=${version},<${nextAt(parts, first === -1 ? parts.length - 1 : first)}`;
  }
  if (operator === "~") return `>=${version},<${nextAt(parts, Math.min(1, parts.length - 1))}`;
  return operator === "" ? `==${version}` : `${operator}${version}`;
}

/** The least version that is greater at one place. */
const nextAt = (parts: readonly string[], place: number): string =>
  [...parts.slice(0, place), String(Number.parseInt(parts[place] ?? "0", 10) + 1)].join(".");
