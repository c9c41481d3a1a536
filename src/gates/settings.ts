import { z } from "zod";
import { GATES } from "./list.ts";

type GateTables = {
  [Gate in (typeof GATES)[number] as Gate["id"]]: z.ZodOptional<Gate["settings"]>;
};

/** The limits that a model must keep: a table for each gate. */
export const gatesSchema = z.strictObject(
  Object.fromEntries(GATES.map((gate) => [gate.id, gate.settings.optional()])) as GateTables,
);

export type GatesConfig = z.output<typeof gatesSchema>;
