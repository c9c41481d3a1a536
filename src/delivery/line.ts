import { z } from "zod";
import { oneLine } from "../text.ts";

/** A text of a cluster: whoever may change what is deployed to, or answers there, writes it. */
export const line = z.string().transform(oneLine);
