import { type Directory, func, object } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import {
  areEqual,
  chancesText,
  comparisonSchema,
  comparisonText,
  differentFiles,
  type ModelComparison,
} from "../model/reproduction.ts";
import { outputLines } from "../report/outputs.ts";
import { shellSafe } from "../text.ts";
import { sayOutcome } from "./say-outcome.ts";
import { textReport } from "./text-report.ts";

/** Whether two trainings on the same inputs gave the same model, byte for byte. */
@object()
export class Reproduction {
  /** A `ModelComparison` as JSON. */
  private readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  /** Says `same` where all files of both models are equal, and `different` where not. */
  @func()
  outcome(): string {
    return outcomeOf(this.read());
  }

  /** Lists the files that differ, and those that only one of both models has. */
  @func()
  files(): string[] {
    return differentFiles(this.read());
  }

  /** Says what differs, from which byte on, and what in the code of the training may be the reason. */
  @func()
  text(): string {
    return reproductionText(this.read());
  }

  /** Gives a folder with reproduction.txt, reproduction.json and outputs.env (OUTCOME and FILES, with commas and percent-encoded). */
  @func()
  report(): Directory {
    const found = this.read();
    const text = reproductionText(found);
    const outcome = outcomeOf(found);
    if (outcome === "different") sayOutcome(`outcome: ${outcome}`, text);
    const outputs = outputLines({ OUTCOME: outcome, FILES: differentFiles(found).map(shellSafe).join(",") });
    return textReport("reproduction", { found, text, outputs });
  }

  /** Says that both models are the same; fails where they differ. */
  @func()
  assert(): string {
    const found = this.read();
    const text = reproductionText(found);
    if (!areEqual(found)) throw new UserError(text, "why");
    return text;
  }

  private read(): ModelComparison {
    return parseJson(this.json, comparisonSchema, "the comparison of two trainings");
  }
}

const outcomeOf = (found: ModelComparison): "same" | "different" => (areEqual(found) ? "same" : "different");

const reproductionText = (found: ModelComparison): string =>
  [comparisonText(found), chancesText(found)].filter((part) => part !== "").join("\n");
