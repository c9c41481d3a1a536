import type { Board, Screen } from "../../runner/board.ts";
import type { Display } from "../../runner/session.ts";
import type { Progress } from "../options.ts";
import { LiveScreen } from "./live.ts";
import { PlainScreen } from "./plain.ts";

const silent: Screen = { changed() {}, close() {} };

/** What `--progress` asks for; `auto` is a live screen on a terminal outside CI, plain lines elsewhere. */
export function displayFor(progress: Progress, env = process.env, stream = process.stderr): Display {
  return {
    say(text) {
      if (progress !== "quiet") stream.write(`ml-pipeline: ${text}\n`);
    },
    open(board) {
      const screen = choose(board, progress, env, stream);
      board.attach(screen);
      return screen;
    },
  };
}

function choose(board: Board, progress: Progress, env: NodeJS.ProcessEnv, stream: NodeJS.WriteStream): Screen {
  if (progress === "quiet") return silent;
  const ci = env.CI !== undefined && env.CI !== "" && env.CI !== "false";
  const capable = stream.isTTY && env.TERM !== "dumb" && !ci;
  if (progress === "plain" || (progress === "auto" && !capable)) return new PlainScreen((text) => stream.write(text));
  return new LiveScreen(board, stream, colourful(env));
}

/** https://no-color.org: any value but the empty one. */
function colourful(env: NodeJS.ProcessEnv): boolean {
  return !env.NO_COLOR;
}
