import { UserError } from "../../errors.ts";
import { isObject, jsonOf } from "../../json.ts";
import { compareLatency, latencyQuantiles } from "../../statistics/latency.ts";
import { mean } from "../../statistics/mean.ts";
import { pairedDifference } from "../../statistics/proportion.ts";
import { cut, predictionOf, refusalText } from "./case-files.ts";
import type { Answer } from "./predict.ts";
import type { DifferingRequest, ReplayLatency, ShadowReplay } from "./shadow.ts";
import { numberOf, sameValue } from "./values.ts";

/** One recorded request. */
export interface RecordedRequest {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly instance: unknown;
  /** Seconds after the first one; absent in a file of bare instances. */
  readonly at?: number;
}

/**
 * Reads the requests of a file: each line is a bare instance or `{"at": seconds, "instance": …}`.
 *
 * @throws UserError naming file and line, for one that is not JSON or goes back in time
 */
export function readRequests(file: string, text: string): RecordedRequest[] {
  const requests = text.split("\n").flatMap((line, index): RecordedRequest[] => {
    if (line.trim() === "") return [];
    const parsed = jsonOf(line);
    if (parsed === undefined)
      throw new UserError(`${file}, line ${index + 1}: expected an instance as JSON, got ${cut(line)}`);
    return [
      isRecorded(parsed)
        ? { line: index + 1, instance: parsed.instance, at: parsed.at }
        : { line: index + 1, instance: parsed },
    ];
  });
  const back = requests.find(({ at }, index) => at !== undefined && at < (requests[index - 1]?.at ?? 0));
  if (back !== undefined) throw new UserError(`${file}, line ${back.line}: at is less than that of the line before`);
  return requests;
}

const isRecorded = (value: unknown): value is { readonly at: number; readonly instance: unknown } =>
  isObject(value) && Object.keys(value).sort().join() === "at,instance" && typeof value.at === "number";

export interface ReplayOptions {
  /** Numbers that differ by at most this share of production's agree. */
  readonly tolerance: number;
  readonly confidence: number;
  readonly rate: ShadowReplay["rate"];
}

const MAX_SHOWN = 10;
const MAX_EXAMPLES = 3;
const SEED = 1;
const RESAMPLES = 1000;

/** In the order of the requests. */
export interface ReplayAnswers {
  readonly candidate: readonly Answer[];
  readonly production: readonly Answer[];
  /** Production's, when it was asked a second time. */
  readonly again: readonly Answer[];
}

/**
 * Compares the answers of both sides to the same requests. Production's answer is the one that a client would have
 * received.
 */
export function compareReplay(
  requests: readonly RecordedRequest[],
  { candidate, production, again }: ReplayAnswers,
  { tolerance, confidence, rate }: ReplayOptions,
): ShadowReplay {
  const pairs = requests.flatMap((request, index) => {
    const [ours, theirs] = [candidate[index], production[index]];
    if (ours === undefined || theirs === undefined) return [];
    const second = again[index];
    // A production that fails the second time is no noise, which would excuse the candidate.
    const noisy = second !== undefined && predictionOf(second) !== undefined && predictionOf(theirs) !== undefined;
    const repeated = !noisy || compareAnswers(request, second, theirs, tolerance).agree;
    return [{ ...compareAnswers(request, ours, theirs, tolerance), repeated }];
  });
  const shares = pairedDifference(
    pairs.map(({ repeated, agree }) => [repeated, agree]),
    confidence,
  );
  const scores = pairs.flatMap((pair) => pair.scoreDifference ?? []);
  const [ours, theirs] = [candidate, production].map((answers) => answers.map((answer) => answer.seconds * 1000));
  const failing = pairs.filter((pair) => !pair.answered.candidate);
  return {
    requests: pairs.length,
    agreed: pairs.filter((pair) => pair.agree).length,
    repeated: pairs.filter((pair) => pair.repeated).length,
    agreement: {
      value: Math.min(1, 1 - shares.value),
      interval: { low: 1 - shares.interval.high, high: Math.min(1, 1 - shares.interval.low) },
    },
    errors: {
      candidate: failing.length,
      production: pairs.filter((pair) => !pair.answered.production).length,
      examples: [...new Set(failing.map((pair) => pair.differing.candidate))].slice(0, MAX_EXAMPLES),
    },
    ...(scores.length === 0
      ? {}
      : {
          scores: {
            meanDifference: mean(scores),
            meanAbsoluteDifference: mean(scores.map(Math.abs)),
            largestDifference: Math.max(...scores.map(Math.abs)),
          },
        }),
    latency: {
      candidate: replayLatency(ours ?? [], confidence),
      production: replayLatency(theirs ?? [], confidence),
      p50: compareLatency(ours ?? [], theirs ?? [], { resamples: RESAMPLES, confidence, seed: SEED }).p50,
    },
    rate,
    differing: pairs
      .filter((pair) => !pair.agree)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, MAX_SHOWN)
      .map((pair) => pair.differing),
  };
}

interface ComparedAnswers {
  readonly agree: boolean;
  readonly answered: { readonly candidate: boolean; readonly production: boolean };
  readonly scoreDifference?: number;
  /** The sort key: missing answers come before different ones, and large differences before small ones. */
  readonly weight: number;
  readonly differing: DifferingRequest;
}

function compareAnswers(
  { line, instance }: RecordedRequest,
  candidate: Answer,
  production: Answer,
  tolerance: number,
): ComparedAnswers {
  const [ours, theirs] = [predictionOf(candidate), predictionOf(production)];
  const answered = { candidate: ours !== undefined, production: theirs !== undefined };
  const [ourScore, theirScore] = [scoreOf(ours), scoreOf(theirs)];
  const scoreDifference = ourScore === undefined || theirScore === undefined ? undefined : ourScore - theirScore;
  const both = answered.candidate && answered.production;
  // Refusing a request as the client's mistake is an agreement, too, while both being broken is none.
  const refusedAlike = isRefusal(candidate) && candidate.status === production.status;
  const agree = both ? agreeing(ours, theirs, tolerance) : refusedAlike;
  return {
    agree,
    answered: refusedAlike ? { candidate: true, production: true } : answered,
    ...(scoreDifference === undefined ? {} : { scoreDifference }),
    weight: both ? Math.abs(scoreDifference ?? 0) : Number.MAX_VALUE,
    differing: {
      line,
      instance: cut(JSON.stringify(instance)),
      production: cut(theirs === undefined ? refusalText(production) : JSON.stringify(theirs)),
      candidate: cut(ours === undefined ? refusalText(candidate) : JSON.stringify(ours)),
      ...(scoreDifference === undefined ? {} : { difference: Math.abs(scoreDifference) }),
    },
  };
}

const isRefusal = ({ status }: Answer): boolean => status >= 400 && status < 500;

/** Labels must be equal; numbers may differ by the tolerance. Of an object its label is compared, or else all of it. */
function agreeing(ours: unknown, theirs: unknown, tolerance: number): boolean {
  return sameValue(labelOf(ours), labelOf(theirs), (a, b) => Math.abs(a - b) <= tolerance * Math.abs(b));
}

function labelOf(prediction: unknown): unknown {
  if (!isObject(prediction)) return prediction;
  return prediction.label ?? prediction.prediction ?? prediction;
}

function scoreOf(prediction: unknown): number | undefined {
  return numberOf(isObject(prediction) ? prediction.score : prediction);
}

function replayLatency(milliseconds: readonly number[], confidence: number): ReplayLatency {
  const { p50, p95 } = latencyQuantiles(milliseconds, confidence);
  return { p50: p50.value, p95: p95.value };
}
