import { z } from "zod";
import { name } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";

/* What a site pays for the machines and the room that a run takes. */

const price = z.number().min(0);

/** Prices of one minute of a GPU, where nobody names those of the site. */
const GPU_PRICES: Readonly<Record<string, number>> = { t4: 0.5, a100: 2, h100: 3 };

/** What becomes of a run that would go beyond its budget. */
export enum OnBudget {
  /** It runs, and that it went beyond is said. */
  WARN = "warn",
  /** Nothing of it runs. */
  STOP = "stop",
}

const positive = z.number().gt(0);

const budgetTable = z
  .strictObject({
    /** What runs may cost in a day, in the currency of the prices. */
    daily: stricter("lower", positive).optional(),
    /** What they may cost in a calendar month. */
    monthly: stricter("lower", positive).optional(),
    /** The time zone that days and months begin in. */
    "time-zone": z
      .string()
      .refine(isTimeZone, 'expected the name of a time zone such as "Europe/Berlin"')
      .default("UTC"),
    /** What becomes of a run where no model store keeps the ledger: `warn` lets it run, `stop` does not. */
    "without-ledger": z.enum(["warn", "stop"]).default("warn"),
  })
  .refine(({ daily, monthly }) => daily !== undefined || monthly !== undefined, "expected daily, monthly or both");

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).format(0) !== "";
  } catch {
    return false;
  }
}

const pricesTable = z.strictObject({
  /** The currency of all prices, as three capital letters. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected the three letters of a currency such as "USD"')
    .default("USD"),
  /** One minute of the machine that stages run on. */
  "cpu-minute": price.default(0.05),
  /**
   * One minute of the GPUs that training runs on, beside that of the machine: a number, or a table by type;
   * `{ t4 = 0.5, a100 = 2, h100 = 3 }` when absent.
   */
  "gpu-minute": z
    .union([price, z.record(name, price).refine((prices) => Object.keys(prices).length > 0, "expected a price")], {
      error: "expected a price, or a table of prices such as { a100 = 2.1 }",
    })
    .default(GPU_PRICES),
  /** The type of the GPUs, by its name in `gpu-minute`. Where a table has several and this is absent, the dearest is taken, and that is said. */
  gpu: name.optional(),
  /** One gigabyte that is pushed or pulled. */
  "transfer-gb": price.default(0.09),
  /** One gigabyte that is kept for a month. */
  "storage-gb-month": price.default(0.023),
  /** What runs may cost; without it there is no limit. */
  budget: budgetTable.optional(),
});

/** The prices that the cost of a run is reckoned by. */
export const costSettings = pricesTable.superRefine((prices, { addIssue }) => {
  const { gpu, "gpu-minute": minute } = prices;
  if (gpu === undefined || typeof minute === "number" || Object.hasOwn(minute, gpu)) return;
  const message = `expected a name in gpu-minute, which has ${Object.keys(minute).join(", ")}, got ${JSON.stringify(gpu)}`;
  addIssue({ code: "custom", path: ["gpu"], message, input: gpu });
});
export type CostSettings = z.output<typeof costSettings>;
