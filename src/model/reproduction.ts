import { z } from "zod";
import { byteText, counted, grouped, oneLine, someOf } from "../text.ts";

/* Whether two trainings of the same inputs gave the same model, byte for byte. */

/** Why a program may give another result the next time, and what to do about it. */
const KINDS = {
  random: "random.seed is called nowhere",
  numpy: "numpy.random.seed is called nowhere",
  torch: "torch.manual_seed is called nowhere",
  tensorflow: "tensorflow.random.set_seed is called nowhere",
  state: "it takes other random numbers each time",
  generator: "it gets no seed",
  time: "the time is another one each time",
  unique: "it gives something new each time",
  order: "the order of the files is that of the disk: sorted(…) makes it the same",
  threads: "several at once may add up in another order",
  hash: "it may be another one in each process",
} as const;

type ChanceKind = keyof typeof KINDS;

export const comparisonSchema = z.object({
  files: z.number(),
  /** Files that only one of both models has. */
  onlyFirst: z.array(z.string()),
  onlySecond: z.array(z.string()),
  different: z.array(
    z.object({
      path: z.string(),
      /** The first byte that differs, from 0. */
      offset: z.number(),
      bytes: z.number(),
      sizes: z.tuple([z.number(), z.number()]),
      /** What is there, where the form of the file tells it. */
      place: z.string().optional(),
      /** Only times that the form of the file has differ. */
      onlyTimes: z.boolean().optional(),
    }),
  ),
  /** What in the code of the training may come out otherwise each time. */
  chances: z.array(
    z.object({
      path: z.string(),
      line: z.number(),
      kind: z.enum(Object.keys(KINDS) as [ChanceKind, ...ChanceKind[]]),
      what: z.string(),
    }),
  ),
});

/** What two models of the same inputs have in common, and what not. */
export type ModelComparison = z.output<typeof comparisonSchema>;

export const areEqual = ({ onlyFirst, onlySecond, different }: ModelComparison): boolean =>
  onlyFirst.length + onlySecond.length + different.length === 0;

/** The files that are not the same in both models, those of both first. */
export const differentFiles = ({ different, onlyFirst, onlySecond }: ModelComparison): string[] => [
  ...different.map(({ path }) => path),
  ...onlyFirst,
  ...onlySecond,
];

/** What came out, in a sentence. */
export function comparisonText(found: ModelComparison): string {
  const { files, onlyFirst, onlySecond, different } = found;
  if (areEqual(found)) return `trained twice, and all of ${counted(files, "file")} are the same, byte for byte`;
  const [first, ...others] = different;
  const clauses = [
    ...(first === undefined ? [] : [differenceText(first)]),
    ...(others.length === 0
      ? []
      : [
          `${counted(others.length, "more file")} ${others.length === 1 ? "differs" : "differ"}: ${named(others.map(({ path }) => path))}`,
        ]),
    ...(onlyFirst.length === 0 ? [] : [`only the first training wrote ${named(onlyFirst)}`]),
    ...(onlySecond.length === 0 ? [] : [`only the second one wrote ${named(onlySecond)}`]),
  ];
  return `two trainings on the same inputs gave models that differ: ${clauses.join("; ")}`;
}

function differenceText({ path, offset, bytes, sizes: [ours, theirs], place, onlyTimes }: Difference): string {
  const size =
    ours === theirs ? `of ${byteText(ours)}` : `, and they have ${grouped(ours)} and ${grouped(theirs)} bytes`;
  const where = place === undefined ? "" : `, ${oneLine(place)}`;
  const times = onlyTimes === true ? "; nothing but times differs" : "";
  const count =
    ours === theirs ? `${counted(bytes, "byte")} ${size} differ` : `${counted(bytes, "byte")} differ${size}`;
  return `${oneLine(path)} from byte ${grouped(offset)} on${where}; ${bytes === 1 ? count.replace(/differ/, "differs") : count}${times}`;
}

type Difference = ModelComparison["different"][number];

/** What may be the reason, a line each; empty for equal models. */
export function chancesText(found: ModelComparison): string {
  if (areEqual(found)) return "";
  const { chances, different } = found;
  const ofForms = different.some(({ onlyTimes }) => onlyTimes === true)
    ? [
        "The form of a file has the time at which it was written: give it the one of the variable SOURCE_DATE_EPOCH, which is the same for all trainings.",
      ]
    : [];
  const shown = chances
    .slice(0, SHOWN)
    .map((one) => `  ${oneLine(one.path)}:${one.line}: ${oneLine(one.what)}: ${KINDS[one.kind]}`);
  const more = chances.length - shown.length;
  const inCode =
    chances.length === 0
      ? [
          "Nothing in the code of the training is known to come out otherwise. What is left are libraries: threads that add up in another order (OMP_NUM_THREADS=1 tells), a GPU, and what they draw by themselves.",
        ]
      : [
          "What in the code of the training may come out otherwise each time:",
          ...shown,
          ...(more === 0 ? [] : [`  and ${counted(more, "more place")}`]),
        ];
  return [...ofForms, ...inCode].join("\n");
}

/** How many places, and names of files, are told. */
const SHOWN = 10;

const named = (paths: readonly string[]): string => someOf(paths.slice(0, SHOWN).map(oneLine), paths.length);
