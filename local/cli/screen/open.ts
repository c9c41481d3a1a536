import type { Board, Screen } from "../../runner/board.ts";
import type { Progress } from "../command-line.ts";
import { LiveScreen } from "./live.ts";
import { PlainScreen } from "./plain.ts";

const silent: Screen = { changed() {}, close() {} };

/** The screen that `--progress` asks for; `auto` is live on a terminal outside CI, plain lines elsewhere. */
export function openScreen(board: Board, progress: Progress, env = process.env, stream = process.stderr): Screen {
  const screen = choose(board, progress, env, stream);
  board.attach(screen);
  return screen;
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
