import { type Checkout, checkoutOf, mainBranchOf } from "../../base/checkout.ts";
import type { Call, Step, Value } from "../../runner/call.ts";
import { keepsAnswers } from "../../runner/call-cache.ts";
import type { Link, TypedCall } from "./types.ts";

/** A call as it was typed, and with its arguments converted. */
interface BothForms {
  readonly typed: TypedCall;
  readonly call: Call;
}

/** Arguments that a function is told from the checkout that its `source` is. */
const TOLD = ["commit", "branch", "folder"] as const satisfies readonly (keyof Checkout)[];

/**
 * Fills in `--commit`, `--branch` and `--folder` where nobody typed them: git's folder is not among the files that a function gets, so it cannot
 * find them out itself.
 *
 * A function whose answers are kept is not told, since each commit would make it another call. A `--branch` that has a default is the main
 * branch of the repository, which is another thing, and seldom changes.
 *
 * @param ask finds out what is checked out in a folder
 * @param askMain finds out the main branch
 */
export async function withCheckout(
  { typed, call }: BothForms,
  ask = checkoutOf,
  askMain = mainBranchOf,
): Promise<BothForms> {
  const texts = await Promise.all(
    typed.links.map(async (link, index) => [
      ...(await textsFor(link, call.steps[index], ask)),
      ...(await mainBranchFor(link, call.steps[index], askMain)),
    ]),
  );
  const told = (index: number): Texts => texts[index] ?? [];
  return {
    typed: {
      ...typed,
      links: typed.links.map((link, index) => ({
        ...link,
        typed: new Map([...link.typed, ...told(index).map(([name, text]) => [name, [text]] as const)]),
      })),
    },
    call: { ...call, steps: call.steps.map((step, index) => ({ ...step, args: withTexts(step.args, told(index)) })) },
  };
}

/** Texts by the names of arguments. */
type Texts = readonly (readonly [name: string, text: string])[];

const withTexts = (args: Step["args"], texts: Texts): Step["args"] =>
  new Map([...args, ...texts.map(([name, value]): [string, Value] => [name, { kind: "plain", value }])]);

/** The main branch, where a function takes one and nobody typed it. */
async function mainBranchFor({ fn, typed }: Link, step: Step | undefined, ask: typeof mainBranchOf): Promise<Texts> {
  const source = step?.args.get("source");
  const takes = fn.args.some(({ name, type, default: usual }) => name === BRANCH && type.kind === "string" && usual);
  if (!takes || typed.has(BRANCH) || source?.kind !== "directory") return [];
  const branch = await ask(source.path);
  return branch === undefined ? [] : [[BRANCH, branch]];
}

const BRANCH = "branch";

/** What a function is told beside what was typed. */
async function textsFor({ fn, typed }: Link, step: Step | undefined, ask: typeof checkoutOf): Promise<Texts> {
  const source = step?.args.get("source");
  if (keepsAnswers(fn) || source?.kind !== "directory") return [];
  const wanted = TOLD.filter((name) =>
    fn.args.some((arg) => arg.name === name && arg.type.kind === "string" && !typed.has(name)),
  );
  const checkout = wanted.length === 0 ? undefined : await ask(source.path);
  return wanted.flatMap((name) => {
    const text = checkout?.[name];
    return text === undefined ? [] : [[name, text] as const];
  });
}
