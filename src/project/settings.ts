import { z } from "zod";
import { name } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";

/** What the serving image takes of the project, and what training sees. */
export const imageSettings = z.strictObject({
  /** Files that are taken although `.gitignore` or `.dockerignore` names them, as patterns of a `.dockerignore`. */
  include: stricter("patterns", z.array(name)).default([]),
  /** Files that are taken although their name or their text looks like a key, a token or a password, as patterns of a `.dockerignore`. */
  "allow-secrets": stricter("patterns", z.array(name)).default([]),
});
export type ImageSettings = z.output<typeof imageSettings>;
