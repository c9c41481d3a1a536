import type { File } from "@dagger.io/dagger";
import { parseToml } from "../config/toml.ts";
import { type CostSettings, costSettings } from "../cost/settings.ts";
import { UserError } from "../errors.ts";
import { isObject } from "../json.ts";
import { mistakesIn } from "./mistakes.ts";
import { configSchema } from "./schema.ts";

/**
 * The prices of a site, which take the place of those that a project names.
 *
 * @param own what the project names, and the defaults
 * @throws UserError for a file that is not one of prices, with each key that is wrong
 */
export async function pricesOf(own: CostSettings, file: File | undefined): Promise<CostSettings> {
  return file === undefined ? own : parsePrices(own, await file.name(), await file.contents());
}

/** The same for the text of a file: the keys of `cost` at its top, or in a table of that name. */
export function parsePrices(own: CostSettings, name: string, text: string): CostSettings {
  const parsed = parseToml(`${name} (--prices)`, text);
  const prices = isObject(parsed.cost) ? parsed.cost : parsed;
  if (Object.keys(prices).length === 0) throw new UserError(`${name} (--prices): it names no price.`, "cost");
  const mistakes = mistakesIn(configSchema, { cost: { ...own, ...prices } });
  if (mistakes.length > 0) {
    throw new UserError(
      mistakes.map(([path, words]) => `${name} (--prices): ${path.slice(1).join(".")}: ${words}`).join("\n"),
      "cost",
    );
  }
  return costSettings.parse({ ...own, ...prices });
}
