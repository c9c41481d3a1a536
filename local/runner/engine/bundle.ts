/** Writes the engine with all that it imports to the file OUT. It is a process of its own (`bundle.ts OUT`), as reading a module is. */
import { build } from "esbuild";
import { engineSource } from "../../api/command.ts";
import { originalPaths } from "../original-paths.ts";

const [out] = process.argv.slice(2);
if (out === undefined) throw new Error("usage: bundle.ts OUT");

await build({
  entryPoints: [engineSource],
  outfile: out,
  bundle: true,
  platform: "node",
  target: "node24",
  // Node's own modules are required one by one: to import them loads parts that the engine never uses.
  format: "cjs",
  keepNames: true,
  logLevel: "silent",
  plugins: [originalPaths],
});
