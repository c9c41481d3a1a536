/** `npm run layers`: prints which folder imports which, and every import that climbs and every circle, if there is one. */
import { join } from "node:path";
import { LAYERS } from "../layers.ts";
import { circles, climbing, importsIn, layerOf } from "./imports.ts";

for (const [program, layers] of Object.entries(LAYERS)) {
  const imports = importsIn(join(import.meta.dirname, "../..", program));
  console.log(`${program}/ (${imports.length} imports)`);
  for (const folder of layers.flat()) {
    const targets = imports.filter(({ from }) => layerOf(from) === folder).map(({ to }) => layerOf(to));
    const counts = layers
      .flat()
      .filter((other) => other !== folder && targets.includes(other))
      .map((other) => `${other} (${targets.filter((target) => target === other).length})`);
    console.log(`  ${folder.padEnd(12)} ${counts.join(", ") || "nothing"}`);
  }
  const problems = [...climbing(imports, layers), ...circles(imports).map((circle) => `circle: ${circle}`)];
  console.log(problems.length === 0 ? "  no import climbs, no circle\n" : `  ${problems.join("\n  ")}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
