import { canonical, suggestion } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import { chooseEngine } from "../../runner/engine/choice.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import { convertCall } from "../call/convert.ts";
import { functionName } from "../call/names.ts";
import { parseCall } from "../call/parse.ts";
import type { Invocation } from "../command.ts";
import { takeGlobalFlags } from "../options.ts";
import { projectRoot } from "../project.ts";
import { chooseCache } from "../shared-cache.ts";
import { chosenModule } from "./module.ts";

/**
 * `check [NAME …]` runs the functions that the module marks as checks, side by side, and fails when one of them does.
 */
export async function run({ options, words }: Invocation): Promise<number> {
  const names = takeGlobalFlags("check", words, options);
  const choice = await chooseEngine(options.engine);
  const module = chosenModule(options);
  await chooseCache(options);
  const checks = chosenChecks(module, names).map((name) => {
    const typed = parseCall([name], module, options);
    const context = { module, cwd: process.cwd(), env: process.env, engine: choice.engine };
    return { name, typed, call: convertCall(typed, context) };
  });
  if (choice.engine === "dagger") {
    const { daggerChecks } = await import("../call/dagger.ts");
    return await daggerChecks(projectRoot(process.cwd()), checks, module, options, choice.reason);
  }
  const { checkLocally } = await import("../call/checks.ts");
  return await checkLocally(checks, module, options, choice.reason);
}

function chosenChecks(module: LoadedModule, names: readonly string[]): string[] {
  const functions = module.objects[module.main]?.functions ?? [];
  const known = functions.filter((fn) => fn.check).map((fn) => functionName(fn));
  if (known.length === 0) throw new UsageError(`${module.name} has no checks`);
  if (names.length === 0) return known;
  return names.map((name) => {
    const found = known.find((check) => canonical(check) === canonical(name));
    if (found === undefined) {
      throw new UsageError(`no check ${name}${suggestion(name, known)}\nchecks: ${known.join(", ")}`);
    }
    return found;
  });
}
