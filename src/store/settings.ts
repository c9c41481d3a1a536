import { z } from "zod";
import { ADDRESS_FORM, addressOf } from "./address.ts";

/** Where accepted models are kept. */
export const storeSettings = z.strictObject({
  /**
   * The address of the model store, `s3://BUCKET/PREFIX`, with `?region=…` for that of AWS and `?endpoint=https://…` for any other server
   * that speaks S3. `--store` before the function takes its place.
   */
  url: z
    .string()
    .refine((url) => addressOf(url) !== undefined, ADDRESS_FORM)
    .optional(),
  /** Whether each run is noted in the journal of the store, below `runs/`, where `--store-credentials` is given. */
  journal: z.boolean().default(true),
});
