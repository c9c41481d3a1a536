import { z } from "zod";
import { byExternalName, externalGateTable } from "../config/external-command.ts";
import { GATES } from "./list.ts";

type GateTables = {
  [Gate in (typeof GATES)[number] as Gate["id"]]: z.ZodOptional<Gate["settings"]>;
};

/** The limits that a model must keep: a table for each gate. */
export const gatesSchema = z.strictObject({
  ...(Object.fromEntries(GATES.map((gate) => [gate.id, gate.settings.optional()])) as GateTables),
  /** Gates of your own, by names of your own: a command each, which is asked after all others. */
  external: byExternalName(externalGateTable).optional(),
});

export type GatesConfig = z.output<typeof gatesSchema>;
