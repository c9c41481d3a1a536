import { UserError } from "../errors.ts";
import type { ModelFlag } from "./manifest.ts";

/** How thorough a run is. */
export enum Profile {
  /** Everything. */
  FULL = "full",
  /** Few epochs and few gates, to see that a project works: its model is never believed. */
  QUICK = "quick",
}

/** The profile that a model was trained by, as its manifest says; full where it says nothing. */
interface Profiled {
  readonly profile?: "quick" | undefined;
}

/** Why a model goes nowhere that was trained by the quick profile; empty for any other. */
export const quickRefusal = ({ profile }: Profiled): string =>
  profile === "quick" ? "it was trained with --profile=quick, on few epochs and with few gates: run without it" : "";

/** @throws UserError for a model of the quick profile where one is compared with, or taken instead of a training */
export function refuseQuick(manifest: Profiled | undefined, flag: ModelFlag): void {
  if (manifest === undefined) return;
  const refusal = quickRefusal(manifest);
  if (refusal !== "") throw new UserError(`The model of ${flag} is not taken: ${refusal}.`, "your-project");
}
