import { parseCall } from "../call/parse.ts";
import type { Invocation } from "../command.ts";
import { functionPage } from "../help/pages.ts";
import { layoutFor } from "../help/text.ts";
import { writeOut } from "../screen/write-out.ts";
import { chosenModule } from "./module.ts";

/** `help [FUNCTION …]` explains the module, or the function at the end of the chain. */
export async function run({ options, words, commands }: Invocation): Promise<number> {
  const module = chosenModule(options);
  const { links } = parseCall(words, module, options);
  const page = functionPage(links, module, commands, layoutFor(process.stdout));
  writeOut(`${page.join("\n")}\n`);
  return 0;
}
