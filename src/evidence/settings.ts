import { z } from "zod";
import { stricter } from "../config/stricter.ts";

/** What verdicts must have to be believed. */
export const evidenceSettings = z.strictObject({
  /**
   * Whether verdicts must be signed: nothing is pushed without a signing key, and a model whose verdict no trusted key signed is neither
   * published nor compared with nor reused.
   */
  "require-signature": stricter("true", z.boolean()).default(false),
});
export type EvidenceSettings = z.output<typeof evidenceSettings>;
