import type { Findings } from "./findings.ts";
import { fails, guess, missing, type Remark } from "./remark.ts";

/** The largest number of files that are named one by one. */
const SHOWN = 5;

/**
 * Data that are not what DVC noted of them, and data that nobody can pull.
 *
 * @param canPull whether the site says where data are pulled from
 */
export function checkDvc({ dvc: { tracked, remote } }: Findings, canPull = false): Remark[] {
  const isPulled = ({ file, path }: (typeof tracked)[number]): boolean =>
    file.endsWith(".dvc") && (path === "data" || path.startsWith("data/"));
  const different = tracked.filter(({ state }) => state === "different");
  const lost = remote || canPull ? [] : tracked.filter((one) => one.state === "missing" && isPulled(one));
  const remarks = [
    ...different.map((one) =>
      one.file.endsWith(".dvc")
        ? (isPulled(one) ? fails : guess)(
            `${one.path} is not what ${one.file} says: \`dvc checkout\` has the tracked version again, \`dvc add\` and a commit of ${one.file} keep this one`,
          )
        : guess(
            `${one.path} is not what ${one.file} says, as ${one.role === "deps" ? "an input" : "an output"} of a stage: \`dvc repro\` makes it anew`,
          ),
    ),
    ...lost.map(({ file, path }) =>
      missing(
        `${path} is not there, and .dvc/config names no remote to pull it from (${file}): \`dvc remote add --default NAME URL\` and a commit of .dvc/config, or --dvc-config, name one`,
      ),
    ),
  ];
  const more = remarks.length - SHOWN;
  return more <= 0 ? remarks : [...remarks.slice(0, SHOWN), guess(`and ${more} more that DVC tracks`)];
}
