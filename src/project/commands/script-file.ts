import { posix } from "node:path";
import type { EntryPoint } from "./entry-point.ts";

/** The file of the project that a command runs, by its path or as a module; undefined where no word of it names one. */
export function scriptFile(
  { args, folder = "." }: Pick<EntryPoint, "args" | "folder">,
  pythonFiles: readonly string[],
): string | undefined {
  const candidates = args.flatMap((word, place) => {
    if (word.endsWith(".py")) return [word];
    if (args[place - 1] !== "-m") return [];
    const module = word.replaceAll(".", "/");
    return [`${module}.py`, `${module}/__main__.py`, `src/${module}.py`, `src/${module}/__main__.py`];
  });
  return candidates.map((path) => posix.join(folder, path)).find((path) => pythonFiles.includes(path));
}
