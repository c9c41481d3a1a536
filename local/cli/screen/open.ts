import type { ProgressTracker, Screen } from "../../runner/progress-tracker.ts";
import type { Display } from "../../runner/session.ts";
import type { Progress } from "../options.ts";
import { LiveScreen } from "./live.ts";
import { PlainScreen } from "./plain.ts";

const silent: Screen = { changed() {}, close() {} };

/**
 * Gives the display that `--progress` asks for. `auto` is a live screen on a terminal outside CI, and plain lines
 * elsewhere.
 */
export function displayFor(progress: Progress, env = process.env, stream = process.stderr): Display {
  return {
    say(text) {
      if (progress !== "quiet") stream.write(`ml-pipeline: ${text}\n`);
    },
    open(tracker) {
      const screen = choose(tracker, progress, env, stream);
      tracker.attach(screen);
      return screen;
    },
  };
}

function choose(
  tracker: ProgressTracker,
  progress: Progress,
  env: NodeJS.ProcessEnv,
  stream: NodeJS.WriteStream,
): Screen {
  if (progress === "quiet") return silent;
  const ci = env.CI !== undefined && env.CI !== "" && env.CI !== "false";
  const capable = stream.isTTY && env.TERM !== "dumb" && !ci;
  if (progress === "plain" || (progress === "auto" && !capable)) return new PlainScreen((text) => stream.write(text));
  return new LiveScreen(tracker, stream, colourful(env));
}

/** https://no-color.org: any value but the empty one turns colour off. */
function colourful(env: NodeJS.ProcessEnv): boolean {
  return !env.NO_COLOR;
}
