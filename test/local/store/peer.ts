/** Is another session in the same cache. It does one thing, prints a line, and lives until its input ends. */
import { writeFileSync } from "node:fs";
import { openStore } from "../../../local/store/store.ts";

const [path = "", task = "", argument = ""] = process.argv.slice(2);
const store = await openStore({ path, limit: 1e12 });
if (task === "import") {
  const tree = await store.importDirectory(argument);
  console.log(tree.digest, await store.checkout(tree));
} else if (task === "use") {
  console.log(await store.hasLayer(argument));
} else {
  const draft = await store.draftLayer();
  writeFileSync(`${draft.upper}/half`, "half");
  console.log(draft.upper);
}
process.stdin.resume().on("end", async () => {
  await store.close();
});
