import { dependencyKind } from "../project/dependencies/kind.ts";
import { packageOf } from "../project/dependencies/package-names.ts";
import { type Plan, reached } from "./plan.ts";
import { stubsOf } from "./stubs/stubs.ts";

/* The packages of a project that no file names, from what its programs import. */

/** What the programs that are written for a project may import, beside what Python has. */
const OF_STUBS = ["joblib", "lightgbm", "mlflow", "pandas", "sklearn", "torch", "xgboost"];

/** Where the file is written. */
export const REQUIREMENTS = "requirements.txt";

/** Packages that the programs of a project need, by their names in the index. */
export function neededPackages(plan: Plan): string[] {
  const { findings, train, evaluate, serve, check, steps } = plan;
  const tests = findings.scripts.filter(({ path }) =>
    /(^|\/)(tests?\/|test_[^/]*$|[^/]*_test\.py$|conftest\.py$)/.test(path),
  );
  const programs = reached(findings, [
    ...[train, evaluate, serve, check],
    ...[...tests, ...steps.scripts].map((script) => ({ script })),
  ]);
  const written = stubsOf(plan).flatMap(({ text }) =>
    OF_STUBS.filter((name) => text.includes(`import ${name}`) || text.includes(`from ${name}`)),
  );
  const imported = [...programs.flatMap(({ packages }) => packages), ...written].filter((name) => name !== "pytest");
  // The server of an ASGI program is started by it, and imported nowhere.
  const server = ["fastapi", "starlette", "quart"].includes(serve?.script.server?.by ?? "") ? ["uvicorn"] : [];
  return [...new Set([...imported.map(packageOf), ...server])].sort();
}

/**
 * The text of a requirements.txt for a project that has no file of its packages; undefined for one that has, or that imports none.
 *
 * @param pyproject the text of pyproject.toml
 */
export function requirementsFor(plan: Plan, pyproject: string | undefined): string | undefined {
  const { files } = plan.findings;
  const root = new Set(files.filter((path) => !path.includes("/")));
  const hasRequirements = files.some((path) => /requirements[^/]*(\/[^/]*)?\.(txt|in)$/.test(path));
  if (dependencyKind(root, pyproject, hasRequirements) !== "none") return undefined;
  const packages = neededPackages(plan);
  if (packages.length === 0) return undefined;
  return [
    "# Written by `ml-pipeline init`: what the project's programs import. Say which versions, so that the model stays the same.",
    ...packages,
    "",
  ].join("\n");
}
