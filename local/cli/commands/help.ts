import { parseCall } from "../call/parse.ts";
import type { Invocation } from "../command.ts";
import { functionPage } from "../help/pages.ts";
import { printPage } from "../help/print.ts";
import { textWidth } from "../help/text.ts";
import { chosenModule } from "./module.ts";

/** `help [FUNCTION …]`: the module's page, or that of the function at the end of the chain. */
export async function run({ options, words, commands }: Invocation): Promise<number> {
  const module = chosenModule(options);
  const { links } = parseCall(words, module, options);
  printPage(functionPage(links, module, commands, textWidth(process.stdout.columns)));
  return 0;
}
