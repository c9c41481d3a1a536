import type { DataContext } from "../context/context.ts";
import { type Gate, settingsOf } from "../gates/gate.ts";
import { requestOf, runGate } from "../gates/gates.ts";
import { GATES } from "../gates/list.ts";
import type { Harm, HarmFacts } from "../measurements/harms.ts";
import { type Measurer, measurer } from "../measurements/measurer.ts";
import { type Smallest, smallestThat } from "../statistics/smallest.ts";
import { short } from "../text.ts";
import { type GatesTest, isRanked, refused, spoil, type Trial } from "./self-test.ts";

/** The smallest harm of one kind that one gate catches on these data. */
export interface Sensitivity {
  readonly gate: string;
  /** What was made worse: "right answers made wrong". */
  readonly harm: string;
  /** What `smallest` is told in: "% of the rows". */
  readonly unit: string;
  /** The smallest that was refused; absent where none was, or the gate could not be graded. */
  readonly smallest?: number;
  /** The greatest that was let through, or why there is no smallest. */
  readonly note: string;
}

/** What a self-test of the gates found; part of `report.json`. */
export interface SelfTest {
  /** What each gate decided about each model that it must refuse. */
  readonly trials: readonly Trial[];
  /** The smallest harm of each kind that each gate catches. */
  readonly sensitivity: readonly Sensitivity[];
}

/** Looks for the smallest harm that each gate in use catches, where a harm can be weaker and stronger. */
export async function gradeGates(tested: GatesTest): Promise<Sensitivity[]> {
  const grading = { ...tested, facts: await factsOf(tested.context, tested.honest) };
  const found: Sensitivity[] = [];
  for (const gate of GATES) found.push(...(await gradeGate(grading, gate)));
  return found;
}

/** What a gate is graded with. */
export interface Grading extends GatesTest {
  readonly facts: HarmFacts;
}

/** The smallest harm of each kind that one gate catches; none of a gate that is not in use. */
export async function gradeGate(grading: Grading, gate: Gate): Promise<Sensitivity[]> {
  const { gates } = grading.context.config;
  const usual = await runGate(gate, grading.honest.measure, gates);
  const { settings } = settingsOf(gate, gates);
  if (usual.status === "skipped" || settings === undefined) return [];
  const found: Sensitivity[] = [];
  for (const harm of gate.harms(settings, grading.facts)) {
    const about = { gate: gate.id, harm: harm.name, unit: harm.unit };
    if (refused(usual)) found.push({ ...about, note: `not graded: the model is refused as it is (${usual.message})` });
    else found.push({ ...about, ...(await gradeHarm(grading, gate, harm)) });
  }
  return found;
}

async function gradeHarm(grading: Grading, gate: Gate, harm: Harm): Promise<Pick<Sensitivity, "smallest" | "note">> {
  const { context, candidate, baseline, honest } = grading;
  const { gates } = context.config;
  if ("measured" in harm) {
    return gradeOf(
      harm,
      await smallestThat(harm.steps, async (steps) =>
        refused(await runGate(gate, harm.measured(honest.measure, steps), gates)),
      ),
    );
  }
  const strongest = await spoil(context, harm.mutant(harm.steps), candidate, honest);
  if (typeof strongest === "string") return { note: `not graded: ${strongest}` };
  const isCaught = async (steps: number): Promise<boolean> => {
    const subject = steps === harm.steps ? strongest : await spoil(context, harm.mutant(steps), candidate, honest);
    if (typeof subject === "string") throw new Error(`a weaker harm cannot be done: ${subject}`);
    const alike = harm.keepsClasses === true ? honest : undefined;
    const { measure } = measurer(context, requestOf(gates), subject, baseline, baseline.image, alike);
    return refused(await runGate(gate, measure, gates));
  };
  return gradeOf(harm, await smallestThat(harm.steps, isCaught));
}

function gradeOf({ size, steps, unit }: Harm, { holds, below }: Smallest): Pick<Sensitivity, "smallest" | "note"> {
  if (holds === undefined) return { note: `not even ${short(size(steps))} ${unit} is caught` };
  return {
    smallest: size(holds),
    note: below === 0 ? "the smallest that there is" : `${short(size(below))} ${unit} is let through`,
  };
}

async function factsOf({ config }: DataContext, { measure }: Measurer): Promise<HarmFacts> {
  const summary = await measure.summary();
  const { task, rows } = "missing" in summary ? ({ task: "classification", rows: 0 } as const) : summary.value;
  return { task, rows, ranked: isRanked(config), confidence: config.evaluation.confidence };
}
