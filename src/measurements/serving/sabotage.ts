import type { Container } from "@dagger.io/dagger";

/** What is done to a served model so that a gate must refuse it. */
export interface Sabotage {
  /** Delays each answer to a request by so many milliseconds. */
  readonly delayMilliseconds?: number;
  /** Every prediction is another one, every request is answered with HTTP 500, or the first instance of each alone. */
  readonly answers?: "wrong" | "failing" | "first";
}

const VARIABLE = "ML_PIPELINE_SABOTAGE";

/** The same image, whose server is sabotaged wherever it is measured; see `serve_measured.py`. */
export const sabotaged = (image: Container, how: Sabotage): Container =>
  image.withEnvVariable(VARIABLE, JSON.stringify(how));

/** Whether an image is one that `sabotaged` made. */
export const isSabotaged = async (image: Container): Promise<boolean> => Boolean(await image.envVariable(VARIABLE));
