import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { PARTS } from "../bisect/parts.ts";
import { commitSchema } from "../bisect/repository.ts";
import { type Bisected, bisectedText, fallsOf, hasFallen } from "../bisect/result.ts";
import { type Compared, guiltyParts, type Tried } from "../bisect/words.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { outputLines } from "../report/outputs.ts";
import { sayOutcome } from "./say-outcome.ts";
import { textReport } from "./text-report.ts";

const estimate = z.object({
  value: z.number(),
  interval: z.object({ low: z.number(), high: z.number() }).exactOptional(),
});

const compared: z.ZodType<Compared> = z.object({
  models: z.object({
    metric: z.string(),
    lower: z.boolean(),
    candidate: estimate,
    baseline: estimate,
    difference: estimate.exactOptional(),
    rows: z.number(),
  }),
  side: z.enum(["worse", "better", "alike"]),
});

const outcome = z.union([z.string(), compared]);
const tried: z.ZodType<Tried> = z.object({ commit: commitSchema, outcome });

const fall = z.object({
  before: commitSchema,
  suspects: z.array(commitSchema),
  compared,
  parts: z.array(z.object({ part: z.enum(PARTS), paths: z.array(z.string()), outcome: outcome.exactOptional() })),
});

const recordedBisection: z.ZodType<Bisected> = z.object({
  schemaVersion: z.literal(1),
  isEvery: z.boolean(),
  good: commitSchema,
  bad: commitSchema,
  reference: z.string(),
  commits: z.number(),
  changes: z.array(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("fall"), fall }),
      z.object({ kind: z.literal("rise"), rise: tried }),
    ]),
  ),
  tried: z.array(tried),
  end: tried.exactOptional(),
});

/** Which commits made the metric fall, and what of them did. */
@object()
export class Bisection {
  /** A `Bisected` of the room of searches as JSON. */
  private readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  /** Says `fell` where a commit made the metric fall beyond noise, and `nothing` where none did. */
  @func()
  outcome(): string {
    return outcomeOf(this.read());
  }

  /** Lists the commits that made the metric fall, in their order: of those that could not be told apart only the last could be tried. */
  @func()
  commits(): string[] {
    return commitsOf(this.read());
  }

  /** Lists what of these commits made it fall: `code`, `configuration`, `data` and `dependencies`; none where no part does so alone. */
  @func()
  parts(): string[] {
    return partsOf(this.read());
  }

  /** Says what was found and what was tried, for a person. */
  @func()
  text(): string {
    return bisectedText(this.read());
  }

  /** Gives a folder with bisect.txt, bisect.json and outputs.env (OUTCOME, COMMIT and PARTS, several with commas). */
  @func()
  report(): Directory {
    const found = this.read();
    const text = bisectedText(found);
    if (!hasFallen(found)) sayOutcome(`outcome: ${outcomeOf(found)}`, text);
    return textReport("bisect", { found, text, outputs: outputsOf(found) });
  }

  /** Says what was found; fails where the bad model is not worse than the good one beyond noise, unless all commits were tried (--every). */
  @func()
  assert(): string {
    const found = this.read();
    const text = bisectedText(found);
    if (!hasFallen(found)) throw new UserError(text, "why");
    return text;
  }

  private read(): Bisected {
    return parseJson(this.json, recordedBisection, "the record of the search");
  }
}

const outcomeOf = (found: Bisected): "fell" | "nothing" => (fallsOf(found).length === 0 ? "nothing" : "fell");

const commitsOf = (found: Bisected): string[] =>
  fallsOf(found).flatMap(({ suspects }) => suspects.map(({ commit }) => commit));

const partsOf = (found: Bisected): string[] => [...new Set(fallsOf(found).flatMap(({ parts }) => guiltyParts(parts)))];

const outputsOf = (found: Bisected): string =>
  outputLines({ OUTCOME: outcomeOf(found), COMMIT: commitsOf(found).join(","), PARTS: partsOf(found).join(",") });
