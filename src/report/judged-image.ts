import { z } from "zod";
import { UserError } from "../errors.ts";

/* What a report says of the image that is to be deployed. */

/** What of `report.json` a deploy reads. */
export const judgedReport = z.object({
  verdict: z.enum(["passed", "failed"]),
  failure: z.object({ stage: z.string(), message: z.string() }).optional(),
  runId: z.string().optional(),
  project: z.object({ commit: z.string().optional() }).optional(),
  image: z.object({ id: z.string(), published: z.string().optional() }).optional(),
  hashes: z.object({ source: z.string().optional(), data: z.string().optional(), model: z.string().optional() }),
  approval: z
    .object({ change: z.array(z.string()).optional(), required: z.boolean(), comparedWith: z.string().optional() })
    .optional(),
  answered: z.object({ instance: z.unknown(), predictions: z.array(z.unknown()) }).optional(),
});
export type JudgedReport = z.output<typeof judgedReport>;

/**
 * Holds a report against the image that is to be deployed.
 *
 * @param image by digest
 * @throws UserError for a run that failed, and for a report that is about another image
 */
export function requireJudged(report: JudgedReport, image: string): void {
  if (report.verdict !== "passed") {
    const why = report.failure === undefined ? "" : `: ${report.failure.stage}: ${report.failure.message}`;
    throw new UserError(`The run of --report failed, so its image is not deployed${why}`, "delivery");
  }
  const published = report.image?.published;
  if (published === undefined) {
    throw new UserError(
      "The run of --report pushed no image, so it says nothing about the one of --image.",
      "delivery",
    );
  }
  const [ours, theirs] = [image, published].map((one) => one.split("@")[1]);
  if (ours !== theirs) {
    throw new UserError(
      `--report is about another image: it was pushed as ${published}, and --image is ${image}.`,
      "delivery",
    );
  }
}
