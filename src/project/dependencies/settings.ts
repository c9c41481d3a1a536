import { z } from "zod";
import { name, names } from "../../config/forms.ts";

/** A package of Debian. */
const systemPackage = z.string().regex(/^[a-z\d][a-z\d.+-]+$/, "expected the name of a package of Debian");

/** What a project's environment is made of, where its files do not say it. */
export const environmentSettings = z.strictObject({
  /** Requirements files to install; when absent, a lock file, `requirements.txt`, `requirements/base.txt` and their like. */
  requirements: names.optional(),
  /** Requirements files of what only lint and tests need; when absent, `requirements-dev.txt`, `requirements/test.txt` and their like. */
  "development-requirements": names.optional(),
  /** Extras of the project that are installed wherever it runs. */
  extras: z.array(name).default([]),
  /** Extras and dependency groups that only lint and tests need; when absent, those called dev, development, test, tests, testing, lint. */
  "development-groups": z.array(name).optional(),
  /**
   * Whether the project itself is installed as a package, with its metadata and commands; when absent, where its requirements name it,
   * or where it declares a build system and has a package of its name.
   */
  "install-project": z.boolean().optional(),
  /** Packages of Debian that building, training and tests need, such as `["libgomp1", "gcc"]`. */
  "system-packages": z.array(systemPackage).default([]),
  /** Packages of Debian that the serving image needs; the same ones when absent. */
  "serving-system-packages": z.array(systemPackage).optional(),
});
export type EnvironmentSettings = z.output<typeof environmentSettings>;
