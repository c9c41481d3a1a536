import { UsageError } from "../../base/usage-error.ts";
import type { Invocation } from "../command.ts";
import { functionsPage } from "../help/pages.ts";
import { layoutFor } from "../help/text.ts";
import { takeGlobalFlags } from "../options.ts";
import { writeOut } from "../screen/write-out.ts";
import { chosenModule } from "./module.ts";

/** `functions` lists the module's functions. Another program gets one line for each, however long. */
export async function run({ options, words }: Invocation): Promise<number> {
  const [word] = takeGlobalFlags("functions", words, options);
  if (word !== undefined) throw new UsageError(`functions takes no words; for one function's manual: ${word} --help`);
  const layout = layoutFor(process.stdout);
  const width = process.stdout.isTTY ? layout.width : Number.POSITIVE_INFINITY;
  const page = functionsPage(chosenModule(options), { ...layout, width });
  writeOut(`${page.join("\n")}\n`);
  return 0;
}
