import { UserError } from "../errors.ts";
import { blocks } from "../gates/result.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Believed } from "../model/verdict.ts";

/** Who judged a model, when, with which gates and from what, as lines for a person. `more` has what is known beside that. */
export function judgedText(
  manifest: Manifest,
  { keyId, timeCreated }: Believed,
  more: readonly (readonly [name: string, value: string])[] = [],
): string {
  const { validation, source, data, model, dvc } = manifest;
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ...more,
    ...([
      ["model", model],
      ["source", source],
      ["data", data],
      ["data in DVC", dvc],
      ["Python", validation?.judged.environment.python],
      ["base image", validation?.judged.environment.image],
      ["policy", validation?.judged.policy],
    ] as const),
  ];
  return [
    `${validation?.verdict ?? "not judged"}: signed by key ${keyId} at ${timeCreated}`,
    ...(validation?.gates ?? []).map(
      (gate) => `  ${blocks(gate) ? "✗" : gate.status === "passed" ? "✓" : "–"} ${gate.id}: ${gate.message}`,
    ),
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(13)} ${value}`])),
  ].join("\n");
}

/** How a model came out; one whose gates have not been asked did not pass. */
export const outcomeOf = ({
  validation,
}: Manifest): { readonly verdict: "passed" | "failed"; readonly reason: string } =>
  validation ?? { verdict: "failed", reason: "its gates have not been asked" };

/**
 * The text of a model that passed.
 *
 * @throws UserError with the same text for one that did not
 */
export function passedOrThrow(manifest: Manifest, text: string): string {
  const { verdict, reason } = outcomeOf(manifest);
  if (verdict !== "passed") throw new UserError(`${text}\nIt did not pass: ${reason}`);
  return text;
}
