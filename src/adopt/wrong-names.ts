import { posix } from "node:path";
import type { Findings } from "./findings.ts";
import { missing, type Remark } from "./remark.ts";

/** Names in a project that worked where it was written, and do not in a container. */
export const wrongNames = (findings: Findings): Remark[] => [...deprecated(findings), ...otherCase(findings)];

/** A name that the index has only to say that it is the wrong one. */
const deprecated = ({ texts }: Findings): Remark[] =>
  Object.entries(texts)
    .filter(
      ([path, text]) => /requirements[^/]*\.txt$/.test(path) && /^sklearn\s*($|[<>=!~;#](?!=?\s*0(\.0)?$))/m.test(text),
    )
    .map(([path]) => missing(`${path} asks for sklearn, which cannot be installed: the package is scikit-learn`));

/** Files that a program reads by a name that only differs in capital letters, or in the slashes of Windows, from what is there. */
function otherCase({ files, scripts }: Findings): Remark[] {
  const there = new Set(files);
  const byLower = new Map(files.map((path) => [path.toLowerCase(), path]));
  return scripts.flatMap(({ path, reads }) =>
    reads.flatMap((read) => {
      const place = posix.normalize(read.replaceAll("\\", "/"));
      const other = there.has(posix.normalize(read)) ? undefined : byLower.get(place.toLowerCase());
      if (other === undefined) return [];
      const why = read.includes("\\") ? "on Linux a backslash parts no folders" : "on Linux these are two names";
      return [missing(`${path} reads ${read}, and the file is ${other}: ${why}`)];
    }),
  );
}
