import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { pathOf } from "./python.ts";

const PROGRAM = `
import importlib, json, sys
calls = json.load(sys.stdin)
found = [getattr(importlib.import_module(module), function)(*args) for module, function, args in calls]
json.dump(found, sys.stdout, default=vars)
`;

/** A function of a Python module, and what it is called with. */
export type Call = readonly [module: string, name: string, args: readonly unknown[]];

/** Calls functions of the module's Python, and of the Python beside these tests, all in one process. */
export async function called(...calls: readonly Call[]): Promise<readonly unknown[]> {
  const folders = [dirname(pathOf("typed_json.py")), fileURLToPath(new URL(".", import.meta.url))];
  const env = { ...process.env, PYTHONPATH: folders.join(":"), PYTHONDONTWRITEBYTECODE: "1" };
  const written = await new Promise<string>((resolve, reject) => {
    const child = execFile("python3", ["-c", PROGRAM], { env, encoding: "utf8" }, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
    child.stdin?.end(JSON.stringify(calls));
  });
  return JSON.parse(written);
}
