import { DEFAULT_PYTHON, VERSIONS } from "../project/python/version.ts";
import type { Plan } from "./plan.ts";
import type { Setting } from "./setting.ts";

/* The version of Python of a project that has it only in files of other tools. */

const OF_IMAGE = /^FROM\s+(?:\S+\/)?python:(3\.\d+)/m;
const OF_WORKFLOW = /python-version:\s*\[?\s*["']?(3\.\d+)/;

/** `python`, where a Dockerfile or a workflow says it and nothing that the pipeline reads does. */
export function pythonOf({ findings: { texts } }: Plan): Setting[] {
  const others = Object.entries(texts).flatMap(([path, text]) => {
    const found = (/Dockerfile$/.test(path) ? OF_IMAGE : path.startsWith(".github/") ? OF_WORKFLOW : undefined)?.exec(
      text,
    );
    return found?.[1] === undefined ? [] : [{ path, version: found[1] }];
  });
  const [first] = others.sort((a, b) => Number(b.path.endsWith("Dockerfile")) - Number(a.path.endsWith("Dockerfile")));
  // One that is too old for any stage is no choice: the default is one that can be had.
  if (first === undefined || first.version === DEFAULT_PYTHON || !VERSIONS.includes(first.version) || isSaid(texts))
    return [];
  return [{ path: ["python"], value: first.version, why: `${first.path} has that` }];
}

/** Whether a file that the pipeline itself reads says a version, be it the default one. */
const isSaid = (texts: Plan["findings"]["texts"]): boolean =>
  Object.entries(texts).some(
    ([path, text]) => !path.includes("/") && (/^(\.python-version|runtime\.txt)$/.test(path) || SAYS.test(text)),
  );

const SAYS = /requires-python|python_requires|^python(_version|_full_version)?\s*=|- python\s*[=<>~]/m;
