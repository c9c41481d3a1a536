import { z } from "zod";

/** What `image_packages.py` finds in an image. */
export const packagesSchema = z.object({
  /** `ID` and `VERSION_ID` of its `os-release`; empty where it has none. */
  system: z.string(),
  release: z.string(),
  python: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      /** The folder that it is installed in. */
      path: z.string(),
      /** `License-Expression`, `License`, and the classifiers of licences, as its metadata have them. */
      expression: z.string(),
      license: z.string(),
      classifiers: z.array(z.string()),
      /** The hash of the paths and hashes of its files, in hexadecimal digits; empty where none were recorded. */
      files: z.string(),
    }),
  ),
  debian: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      architecture: z.string(),
      source: z.string(),
      /** Short names of licences of its copyright file, where a program can read that. */
      licenses: z.array(z.string()),
    }),
  ),
});
export type Packages = z.output<typeof packagesSchema>;
export type PythonPackage = Packages["python"][number];
export type DebianPackage = Packages["debian"][number];
