import type { Report } from "./report.ts";

/**
 * `outputs.env`: one `NAME=value` a line, for `$GITHUB_OUTPUT`, GitLab's dotenv artifacts and `source`.
 *
 * Values are the pipeline's own words and hashes; no text of the user's project gets in, so nothing needs quoting.
 */
export function outputsEnv({ verdict, failure, image, hashes }: Report): string {
  const values: Record<string, string | undefined> = {
    VERDICT: verdict,
    SHOULD_DEPLOY: String(verdict === "passed"),
    FAILED_STAGE: failure?.stage.replaceAll(" ", "-"),
    FAILED_GATE: failure?.gate,
    IMAGE: image?.published ?? image?.id,
    IMAGE_ID: image?.id,
    SOURCE_HASH: hashes.source,
    DATA_HASH: hashes.data,
    MODEL_HASH: hashes.model,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value ?? ""}\n`)
    .join("");
}
