import { spaced, valueAndLimit } from "../format.ts";
import type { Phrases } from "../phrase.ts";

/** Reasons about what a command from outside found. */
export type ExternalReason =
  /** The command's own words. */
  | { readonly code: "external"; readonly said: string }
  /** It only warns. */
  | { readonly code: "external-warning"; readonly said: string }
  /** It calls passed what its own numbers do not. */
  | { readonly code: "external-contradicted"; readonly outcome: "pass" | "warn"; readonly said: string }
  /** It gave nothing that could be judged. */
  | { readonly code: "external-unusable"; readonly why: string };

export const EXTERNAL_PHRASES: Phrases<ExternalReason> = {
  external: { text: (check, { said }) => told(check, said), max: 10 },
  "external-warning": { always: true, max: 10, text: (check, { said }) => `warning: ${told(check, said)}` },
  "external-contradicted": {
    max: 10,
    text: (check, { outcome, said }) =>
      `${told(check, said)}: the command calls it ${outcome === "pass" ? "passed" : "a warning"}, and its own number is beyond its own limit`,
  },
  "external-unusable": { text: (_, { why }) => why },
};

type Told = Parameters<(typeof EXTERNAL_PHRASES)["external"]["text"]>[0];

function told(check: Told, said: string): string {
  const number = check.value === undefined ? "" : ` ${valueAndLimit(check)}`;
  return `${spaced(check.what)}${number}${said === "" ? "" : `: ${said}`}`;
}
