/** One number as the module and as a reference library compute it; `null` where it is undefined. */
export interface Compared {
  /** The metric, under which the largest difference is reported. */
  readonly what: string;
  /** The input: its kind and its seed. */
  readonly input: string;
  readonly ours: number | null;
  readonly theirs: number | null;
  /** The largest accepted difference; see `difference`. */
  readonly tolerance: number;
  /** What differences are divided by: 1, or the size of the number, or the width of an interval. */
  readonly scale: number;
}

/** For numbers that are computed in the same way but for the order of additions. */
export const EXACT = 1e-9;

/** A share of the scale; infinite where only one of the two is defined. */
export function difference({ ours, theirs, scale }: Compared): number {
  if (ours === null || theirs === null) return ours === theirs ? 0 : Number.POSITIVE_INFINITY;
  // An interval that is a point has no width to measure in.
  return ours === theirs ? 0 : Math.abs(ours - theirs) / scale;
}

/** Numbers by name, compared one by one; a name that only one has is undefined for the other. */
export function comparedByName(
  input: string,
  ours: Readonly<Record<string, number | null>>,
  theirs: Readonly<Record<string, number | null>>,
): Compared[] {
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...names].map((name) => {
    const [our, their] = [ours[name] ?? null, theirs[name] ?? null];
    return {
      ...{ what: name.replace(/\[.*\]$/s, "[each]"), input, ours: our, theirs: their, tolerance: EXACT },
      scale: Math.max(1, Math.abs(their ?? 1)),
    };
  });
}

export interface Agreement {
  readonly what: string;
  readonly compared: number;
  readonly largest: number;
  readonly tolerance: number;
}

/** By metric, in the order in which they first came. */
export function agreement(all: readonly Compared[]): Agreement[] {
  const found = new Map<string, Agreement>();
  for (const one of all) {
    const known = found.get(one.what);
    found.set(one.what, {
      what: one.what,
      compared: (known?.compared ?? 0) + 1,
      largest: Math.max(known?.largest ?? 0, difference(one)),
      tolerance: Math.max(known?.tolerance ?? 0, one.tolerance),
    });
  }
  return [...found.values()];
}

/** The numbers that differ by more than they may; none when the two agree. */
export const disagreements = (all: readonly Compared[]): Compared[] =>
  all.filter((one) => !(difference(one) <= one.tolerance));
