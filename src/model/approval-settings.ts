import { z } from "zod";
import { stricter } from "../config/stricter.ts";
import { CHANGE_KINDS } from "./change.ts";

/** Which accepted models go on by themselves, and which wait for a person. */
export const approvalSettings = z.strictObject({
  /** The kinds of change that need no person: all others, and a first model, wait for one. */
  automatic: stricter("fewer", z.array(z.enum(CHANGE_KINDS))).default(["data", "configuration"]),
  /** Whether a model must also be better than the accepted one beyond noise, as the gate `regression` shows, to need no person. */
  "needs-gain": stricter("true", z.boolean()).default(true),
  /** Whether a person's approval must be signed by a key of `--approval-key`, which `approve` does: no annotation and no `--approve-image` is enough then. */
  "require-signature": stricter("true", z.boolean()).default(false),
  /** For how many hours a signed approval counts; without an end when absent. */
  "valid-hours": stricter("lower", z.number().positive()).optional(),
});
export type ApprovalSettings = z.output<typeof approvalSettings>;
