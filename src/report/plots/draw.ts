import { dag } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../../containers/commands.ts";
import { pythonBase } from "../../containers/images.ts";
import { PLOT_TOOLS, PROGRAMS, RESULTS } from "../../containers/paths.ts";
import { preparationError } from "../../containers/preparation.ts";
import { programPath, withProgram } from "../../containers/programs.ts";
import type { Runtime } from "../../containers/runtime.ts";
import { withTools } from "../../containers/tools.ts";
import { messageOf } from "../../errors.ts";
import { parseJson } from "../../json.ts";
import { lastLines } from "../../text.ts";
import type { Drawing } from "./figure.ts";
import { pageSvg } from "./svg.ts";

/** The pictures of a report by the IDs of their drawings, and why some are missing. */
export interface Drawn {
  readonly pictures: ReadonlyMap<string, string>;
  /** One line; absent when all were drawn. */
  readonly problem?: string;
}

export const NOTHING_DRAWN: Drawn = { pictures: new Map() };

const PROGRAM = programPath("draw_plots.py");
const SPECS = `${PROGRAMS}/plots.json`;
const DRAWN = `${RESULTS}/drawings.json`;

/**
 * Draws all pictures of a report in one exec, which is cached by their data. It never throws, since a report without
 * pictures is better than none.
 */
export async function draw(runtime: Runtime, drawings: readonly Drawing[]): Promise<Drawn> {
  if (drawings.length === 0) return NOTHING_DRAWN;
  const specs = JSON.stringify(Object.fromEntries(drawings.map(({ id, spec }) => [id, spec])));
  try {
    const tooled = withTools(pythonBase(runtime), PLOT_TOOLS, runtime);
    const container = withProgram(tooled, "draw_plots.py").withMountedFile(
      SPECS,
      dag.directory().withNewFile("plots.json", specs).file("plots.json"),
    );
    const command = {
      name: "draw",
      args: ["python3", PROGRAM, SPECS, DRAWN],
      env: { PYTHONPATH: PLOT_TOOLS },
      purpose: "draw the pictures",
    };
    const run = await runCommands(container, [command], { since: runtime.since, limits: runtime.limits });
    if (!run.ok) return failed(run.commands[0]?.tail ?? "");
    return pictures(drawings, await run.results.file("drawings.json").contents());
  } catch (error) {
    return failed(preparationError(error)?.headline ?? messageOf(error));
  }
}

const failed = (text: string): Drawn => ({
  ...NOTHING_DRAWN,
  problem:
    lastLines(text, 1)
      .replace(/^\W*(cause|error)?\W*/i, "")
      .slice(0, 300) || "no reason was given",
});

/** The output of `draw_plots.py`: SVG by the IDs of the drawings. */
const drawnSchema = z.record(z.string(), z.string());

/** The valid drawings, prepared for the page. */
export function pictures(drawings: readonly Drawing[], text: string): Drawn {
  const drawn = parseJson(text, drawnSchema, "drawings.json");
  const valid = drawings.flatMap(({ id }): [string, string][] => {
    const svg = Object.hasOwn(drawn, id) ? pageSvg(drawn[id] ?? "", id) : undefined;
    return svg === undefined ? [] : [[id, svg]];
  });
  const missing = drawings.length - valid.length;
  return {
    pictures: new Map(valid),
    ...(missing === 0 ? {} : { problem: `${missing} of ${drawings.length} pictures cannot be drawn` }),
  };
}
