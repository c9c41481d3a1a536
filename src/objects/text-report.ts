import { type Directory, dag } from "@dagger.io/dagger";

/** What a record says of itself in the files of its report. */
export interface TextReport {
  /** For a person. */
  readonly text: string;
  /** All of it, as JSON. */
  readonly found: object;
  /** `outputs.env`, for later jobs. */
  readonly outputs: string;
}

/** The report folder of a record that has no page: NAME.txt, NAME.json and outputs.env. */
export const textReport = (name: string, { text, found, outputs }: TextReport): Directory =>
  dag
    .directory()
    .withNewFile(`${name}.txt`, `${text}\n`)
    .withNewFile(`${name}.json`, `${JSON.stringify(found, null, 2)}\n`)
    .withNewFile("outputs.env", outputs);
