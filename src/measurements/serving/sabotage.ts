import type { Container } from "@dagger.io/dagger";

/** What is done to a served model so that a gate must refuse it. */
export interface Sabotage {
  /** Delays each answer of /predict by so many milliseconds. */
  readonly delayMilliseconds?: number;
  /** Every prediction is another one, every request is answered with HTTP 500, or the first instance of each alone. */
  readonly answers?: "wrong" | "failing" | "first";
}

/** The same image, whose server is sabotaged wherever it is measured; see `serve_measured.py`. */
export const sabotaged = (image: Container, how: Sabotage): Container =>
  image.withEnvVariable("ML_PIPELINE_SABOTAGE", JSON.stringify(how));
