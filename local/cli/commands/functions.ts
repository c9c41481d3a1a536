import { UsageError } from "../../base/usage-error.ts";
import type { Invocation } from "../command.ts";
import { functionsPage } from "../help/pages.ts";
import { printPage } from "../help/print.ts";
import { textWidth } from "../help/text.ts";
import { takeGlobalFlags } from "../options.ts";
import { chosenModule } from "./module.ts";

/** `functions`: one line for each function of the module. */
export async function run({ options, words }: Invocation): Promise<number> {
  const [word] = takeGlobalFlags("functions", words, options);
  if (word !== undefined) throw new UsageError(`functions takes no words; for one function's manual: ${word} --help`);
  printPage(functionsPage(chosenModule(options), textWidth(process.stdout.columns)));
  return 0;
}
