import { parseToml } from "../../config/toml.ts";
import { isObject } from "../../json.ts";
import { normalName } from "./package-names.ts";

/**
 * How `uv.lock` differs from the dependencies of `pyproject.toml` that it was made from; undefined where it does not, or where that
 * cannot be told.
 *
 * uv itself tells it by resolving anew, which takes the package index and refuses a lock file that was made with another one.
 */
export function staleLock(pyproject: string, lock: string): string | undefined {
  const { project } = parseToml("pyproject.toml", pyproject);
  const locked = lockedRequirements(lock);
  if (!isObject(project) || locked === undefined || includes(project.dynamic, "dependencies")) return undefined;
  const wanted = (Array.isArray(project.dependencies) ? project.dependencies : []).filter(
    (one) => typeof one === "string",
  );
  const declared = wanted.flatMap((text) => requirementOf(text) ?? []);
  const missing = declared.find((one) => !locked.some((other) => agree(one, other)));
  if (missing !== undefined) {
    const other = locked.find(({ name }) => name === missing.name);
    return `pyproject.toml has ${textOf(missing)}, uv.lock ${other === undefined ? "has not" : `was made for ${textOf(other)}`}`;
  }
  const extra = locked.find((one) => !one.optional && !declared.some(({ name }) => name === one.name));
  return extra === undefined ? undefined : `uv.lock was made for ${textOf(extra)}, which pyproject.toml does not have`;
}

interface Requirement {
  readonly name: string;
  /** Its parts in order; undefined where it comes from elsewhere than an index. */
  readonly specifiers: readonly string[] | undefined;
  /** Whether only an extra of the project has it. */
  readonly optional: boolean;
}

/** The requirements that the project had when it was locked. */
function lockedRequirements(lock: string): Requirement[] | undefined {
  const { package: packages } = parseToml("uv.lock", lock);
  const own = (Array.isArray(packages) ? packages : []).find(
    (one) => isObject(one) && isObject(one.source) && Object.values(one.source).includes("."),
  );
  // A project without dependencies has neither, and lock files of uv's first versions have no metadata.
  if (isObject(own) && own.metadata === undefined && own.dependencies === undefined) return [];
  const metadata = isObject(own) ? own.metadata : undefined;
  if (!isObject(metadata) || !Array.isArray(metadata["requires-dist"])) return undefined;
  return metadata["requires-dist"].flatMap((one) => {
    if (!isObject(one) || typeof one.name !== "string") return [];
    const isFromIndex = ["git", "url", "path", "directory", "editable", "virtual"].every(
      (key) => one[key] === undefined,
    );
    const specifier = typeof one.specifier === "string" ? one.specifier : "";
    return [
      {
        name: normalName(one.name),
        specifiers: isFromIndex ? specifiersOf(specifier) : undefined,
        optional: typeof one.marker === "string" && /\bextra\b/.test(one.marker),
      },
    ];
  });
}

function requirementOf(text: string): Requirement | undefined {
  const [, name, , rest = ""] = /^\s*([\w.-]+)\s*(\[[^\]]*\])?\s*([^;]*)/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const isUrl = rest.trim().startsWith("@");
  return {
    name: normalName(name),
    specifiers: isUrl ? undefined : specifiersOf(rest.replace(/[()]/g, "")),
    optional: false,
  };
}

/** Whether two are the same, as far as can be told: a version with letters has several spellings. */
function agree(one: Requirement, other: Requirement): boolean {
  if (one.name !== other.name) return false;
  if (one.specifiers === undefined || other.specifiers === undefined) return true;
  if ([...one.specifiers, ...other.specifiers].some((part) => /[a-z+!]/i.test(part.replace(/^!=/, "")))) return true;
  return one.specifiers.join() === other.specifiers.join();
}

const specifiersOf = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.replace(/\s+/g, ""))
    .filter(Boolean)
    .sort();

const textOf = ({ name, specifiers = [] }: Requirement): string => `${name}${specifiers.join(",")}`;

/** Names of packages are compared without regard to case and separators. */

const includes = (list: unknown, value: string): boolean => Array.isArray(list) && list.includes(value);
